"""The pages that are written from code: write them anew, or say where they are out of date (`make docs`)."""

import argparse
import difflib
import sys

from sim.docs import odd, results

PAGES = {"odd": odd, "results": results}
SHOWN = 40  # most lines of a difference


def changes(name):
    """Lines by which a page that is there differs from what the code says; none if it is up to date.

    Parameters
    ----------
    name : str
        One of PAGES.

    Returns
    -------
    list of str
        A unified diff without context.
    """
    file = PAGES[name].PAGE
    old = file.read_text() if file.exists() else ""
    both = old.splitlines(), PAGES[name].page().splitlines()
    return list(difflib.unified_diff(*both, f"{file.name} as it is", "as the code says", "", "", 0, ""))


def write(name):
    """Write a page anew; returns a sentence about it."""
    file, text = PAGES[name].PAGE, PAGES[name].page()
    same = file.exists() and file.read_text() == text
    file.write_text(text)
    return f"{file}: {'unchanged' if same else 'written'}, {len(text.splitlines()):,} lines"


def main(words=None):
    """Command line; exit code 1 if a page that is compared is out of date."""
    parser = argparse.ArgumentParser(prog="infighting docs", description=__doc__.partition(" (")[0] + ".")
    parser.add_argument("pages", nargs="*", metavar="page", help=f"{', '.join(PAGES)} (default: all)")
    parser.add_argument("--check", action="store_true", help="compare with what is there and write nothing")
    request = parser.parse_args(words)
    if unknown := set(request.pages) - set(PAGES):
        parser.error(f"there is no page {' or '.join(sorted(unknown))}; pages are {', '.join(PAGES)}")
    outdated = 0
    for name in request.pages or PAGES:
        if not request.check:
            print(write(name))
        elif found := changes(name):
            print("\n".join(found[:SHOWN]))
            print(f"{PAGES[name].PAGE} is out of date: run make docs, and commit it", file=sys.stderr)
            outdated = 1
    return outdated


if __name__ == "__main__":
    sys.exit(main())
