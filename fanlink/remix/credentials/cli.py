"""The words `credentials show` and `certificate verify`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from fanlink.core.errors import BadInput


def add_words(words: argparse._SubParsersAction) -> None:
    """`credentials` and `certificate`; issuing is a server's word and is added there."""
    credentials = words.add_parser("credentials", help="what a file says of how it was made").add_subparsers(
        metavar="WORD", required=True
    )
    show = credentials.add_parser("show", help="explain any file: trusted, valid, none or broken")
    show.add_argument("file", type=Path, metavar="FILE")
    show.add_argument("--trust", type=Path, metavar="PEM", help="a certificate authority you trust")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=run_show)
    certificate = words.add_parser("certificate", help="clearance certificates").add_subparsers(
        metavar="WORD", required=True
    )
    verify = certificate.add_parser("verify", help="does this certificate hold?")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--key", type=Path, required=True, metavar="FILE", help="the server's public key or certificate")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=run_verify)


def run_show(arguments: argparse.Namespace) -> int:
    """Exit 1 when the credentials are broken."""
    from fanlink.remix.credentials import manifests

    trusted = _text(arguments.trust) if arguments.trust else ""
    shown = manifests.read(arguments.file, trusted)
    print(json.dumps(shown, ensure_ascii=False) if arguments.json else _in_words(shown))
    return 1 if shown["state"] == "broken" else 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Exit 1 when the certificate does not hold."""
    from fanlink.remix.credentials import certificates

    found = certificates.verify(arguments.file, arguments.key)
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        statement = found["statement"]
        what = f"{statement['title']}, a remix of {statement['track']} by {statement['remixer']}"
        print(f"{what}: " + ("sanctioned." if found["valid"] else "not valid: " + "; ".join(found["why"]) + "."))
    return 0 if found["valid"] else 1


STATES = {
    "trusted": "Signed by someone you trust, and unchanged since.",
    "valid": "Signed and unchanged since, by a signer you have not said you trust.",
    "broken": "Its credentials do not fit the file any more.",
    "none": "It carries no content credentials; that says nothing about how it was made.",
}


def _in_words(shown: dict) -> str:
    lines = [f"{shown['file']}: {STATES[shown['state']]}", *(f"  problem: {problem}" for problem in shown["problems"])]
    if shown["state"] != "none" and "title" in shown:
        lines += [f"  title: {shown['title']}", f"  signed by: {shown['signed_by']}"]
        lines += [f"  source: {source.rsplit('/', 1)[-1]}" for source in shown["source_types"]]
        lines += [f"  made from: {ingredient['title']}" for ingredient in shown["ingredients"]]
        if shown["remix"]:
            lines.append(f"  AI: {shown['remix']['ddex']['ContainsAI']}")
    return "\n".join(lines)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("is not a PEM file", where=str(path)) from error
