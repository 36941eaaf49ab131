"""The text of a scenario.yaml as a dict: what could hide a value, or grow without end, is refused."""

import yaml

from sim.scenario.cells import ScenarioError, shown

LARGEST = 1_000_000  # letters
DEEPEST = 12  # levels of lists and mappings; the deepest shipped has 5


def read_head(text, label):
    """Keys and values of a scenario.yaml.

    Parameters
    ----------
    text : str
        Of the file.
    label : str
        What messages call it.

    Returns
    -------
    dict

    Raises
    ------
    ScenarioError
        It is not valid YAML, gives a key twice, refers to itself, or is too long or too deep.
    """
    if len(text) > LARGEST:
        raise ScenarioError([f"{label}: {len(text):,} letters; expected at most {LARGEST:,}"])
    try:
        _check_shape(text, label)
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        _check_keys(node, label)
        head = None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, ScenarioError):
            raise
        why = getattr(error, "problem", None) or error
        raise _invalid(label, getattr(error, "problem_mark", None), why) from None
    if not isinstance(head, dict):
        raise ScenarioError(
            [f"{label}: expected 'key: value' lines such as 'title: ...', found {shown(head)}"]
        )
    return head


def _invalid(label, mark, why):
    row = f", row {mark.line + 1}" if mark else ""
    expected = "expected 'key: value' lines, quotes around colons"
    return ScenarioError([f"{label}{row}: not valid YAML ({why}); {expected}"])


def _check_shape(text, label):
    """Refuse aliases, which can stand for more than memory holds, and what is nested too deep to read."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            why = f"*{event.anchor} refers to another place, and values are written out here"
            raise _invalid(label, event.start_mark, why)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _invalid(label, event.start_mark, f"more than {DEEPEST} levels of brackets or indents")


def _check_keys(node, label):
    """Refuse a key that is given twice: the last would win without a word."""
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check_keys(value, label)
    elif isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _invalid(label, key.start_mark, "a key is one word, not a list or a table")
            if key.value in seen:
                raise _invalid(label, key.start_mark, f"the key {shown(key.value)} is given twice")
            seen.add(key.value)
            _check_keys(value, label)
