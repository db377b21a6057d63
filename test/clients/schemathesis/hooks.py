"""Rules of the service that a JSON schema cannot state, so that valid data is really valid.

Each rule leaves out calls that schemathesis takes for valid and that the service refuses with 422. Calls
that are meant to be refused are not touched.
"""

import re
from collections import Counter
from urllib.parse import unquote

import schemathesis
from schemathesis import GenerationMode

HUNDRED_YEARS_IN_MINUTES = 36_525 * 24 * 60
MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
NODES = {"node-1", "node-2", "node-3"}
IF_MATCH = re.compile(r'\*|"sha256:[0-9a-f]{64}"')

fresh_calls: Counter[str] = Counter()


def is_short(duration):
    """A duration may have at most a hundred years, in any unit."""
    match = re.fullmatch(r"(\d{1,8})([mhdw])", str(duration))
    return match is None or int(match[1]) * MINUTES[match[2]] <= HUNDRED_YEARS_IN_MINUTES


def is_true(value):
    return str(value).lower() == "true"


def keeps_rules(case):
    query = case.query or {}
    path = case.path_parameters or {}
    headers = case.headers or {}
    body = case.body if isinstance(case.body, dict) else {}
    policy = body.get("policy")
    durations = [query.get("older_than"), policy.get("older_than") if isinstance(policy, dict) else None]
    if not all(is_short(duration) for duration in durations if duration is not None):
        return False
    # Only nodes that there are can be named.
    if case.operation.path == "/drift" and query.get("node", "node-1") not in NODES:
        return False
    # `tag_only` removes a tag, which a digest is not.
    if is_true(query.get("tag_only")) and ":" in unquote(str(path.get("reference"))):
        return False
    # Once there is a journal, as in the demo, an override needs a reason.
    if is_true(query.get("force")) and "reason" not in query:
        return False
    # Entity tags that are neither digests nor of plans are refused, so that a typing error deletes nothing.
    return IF_MATCH.fullmatch(headers.get("If-Match", "*")) is not None


@schemathesis.hook
def filter_case(context, case):
    return case.meta.generation.mode is not GenerationMode.POSITIVE or keeps_rules(case)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps `no-cache` of the first calls only: each runs the sample crictl of three nodes again."""
    headers = case.headers or {}
    if headers.get("Cache-Control") == "no-cache":
        label = case.operation.label
        fresh_calls[label] += 1
        if fresh_calls[label] > 3:
            del headers["Cache-Control"]
