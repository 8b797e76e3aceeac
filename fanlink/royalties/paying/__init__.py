"""The command line of those who pay and are paid."""
