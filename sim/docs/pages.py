"""Pages written from code, to write anew or to compare (`make docs`): each has a PAGE and its page()."""

import difflib

from sim.docs import odd, results

PAGES = {"odd": odd, "results": results}


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
