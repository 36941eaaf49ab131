"""The pages that are written from code: written anew, or compared with the code (`infighting docs`)."""

import difflib

from sim.docs import odd, parameters, results

PAGES = {"odd": odd, "parameters": parameters, "results": results}


def changes(name):
    """Lines by which a page that is there differs from what the code says; none if it is up to date."""
    file = PAGES[name].PAGE
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    both = old.splitlines(), PAGES[name].page().splitlines()
    return list(difflib.unified_diff(*both, f"{file.name} as it is", "as the code says", "", "", 0, ""))


def write(name):
    """Write a page anew; returns a sentence about it."""
    file, text = PAGES[name].PAGE, PAGES[name].page()
    same = file.exists() and file.read_text(encoding="utf-8") == text
    file.write_text(text, encoding="utf-8", newline="\n")
    return f"{file}: {'unchanged' if same else 'written'}, {len(text.splitlines()):,} lines"
