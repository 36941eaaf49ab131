"""The name that was probably meant: one rule for every misspelt name."""

from difflib import get_close_matches

ALIKE = 0.55  # share of letters that two names must have in common; below it a hint misleads


def suggest(word, words):
    """The one of some words most like another one, or None if none is alike.

    Capitals, spaces, hyphens and underscores do not count; a whole part of one name alone is enough.

    >>> suggest("ISI", ["isis", "ypg"]), suggest("nusra", ["jabhat_al_nusra", "ypg"])
    ('isis', 'jabhat_al_nusra')
    """
    word, plain = _plain(word), {_plain(known): str(known) for known in words}
    found = get_close_matches(word, plain, n=1, cutoff=ALIKE)
    parts = [known for known in plain if word in known.split("_")]
    found = found or (parts if len(parts) == 1 else [])
    return plain[found[0]] if found else None


def did_you_mean(word, words):
    """Half a sentence that names the nearest of some words; empty if none is alike.

    >>> f"there is no town 'azazz'{did_you_mean('azazz', ['afrin', 'azaz'])}"
    "there is no town 'azazz'; did you mean 'azaz'?"
    """
    near = suggest(word, words)
    return "" if near is None else f"; did you mean {near!r}?"


def _plain(word):
    return str(word)[:200].casefold().replace(" ", "_").replace("-", "_")
