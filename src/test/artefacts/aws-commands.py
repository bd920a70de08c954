"""Reads commands of the AWS CLI, one a line, and has the CLI itself and its models judge them; asks nobody. Prints what it refuses.

Exit status: 0 all are good, 1 some are not, 77 there is no AWS CLI to import, or one from before 2026-03.
"""

import contextlib
import functools
import io
import shlex
import sys

try:
    import botocore.session
    from awscli.clidriver import create_clidriver
    from botocore import xform_name
except ImportError:
    sys.exit(77)

SESSION = botocore.session.get_session()


@functools.lru_cache(maxsize=None)
def driver(service, operation):
    """One for each operation, as a driver keeps the operation it was given first."""
    return create_clidriver()


def said_by_the_cli(words):
    """What the CLI says against a command; its request is not sent."""
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        try:
            status = driver(words[0], words[1]).main(words + ["--generate-cli-skeleton", "output"])
        except SystemExit as ended:
            status = ended.code
    return said.getvalue().strip() if status else None


def said_by_the_model(words):
    """A value that the operation does not have: the CLI leaves that to the service."""
    model = SESSION.get_service_model(words[0])
    operation = next(name for name in model.operation_names if xform_name(name, "-") == words[1])
    members = model.operation_model(operation).input_shape.members
    choices = {"--" + xform_name(name, "-"): getattr(shape, "enum", []) for name, shape in members.items()}
    for option, value in zip(words, words[1:]):
        if choices.get(option) and value not in choices[option]:
            return f"{value} is none of {choices[option]}"
    return None


NEWEST = "ec2 modify-instance-metadata-defaults --http-tokens-enforced enabled --region eu-west-1"
if said_by_the_cli(NEWEST.split()):
    sys.exit(77)

bad = 0
for line in sys.stdin:
    words = shlex.split(line)[1:]
    said = said_by_the_cli(words) or said_by_the_model(words)
    if said:
        bad += 1
        print(f"{line.strip()}\n  {said}")
sys.exit(1 if bad else 0)
