"""`python -m fanlink` is the same as `fanlink`."""

import sys

from fanlink.cli import main

sys.exit(main())
