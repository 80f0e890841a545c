"""What the tester is asked to leave alone, and to do as every client does."""

import os
import uuid

import schemathesis

OWN_USER = os.environ["OWN_USER"]
OWN_SESSION = os.environ["OWN_SESSION"]

# Each of these would sign the tester out, and nothing would be tried any more.
ENDS_OWN_SESSION = {"closeAccount": OWN_USER, "resetPassword": OWN_USER, "endSession": OWN_SESSION}


@schemathesis.hook
def filter_case(context, case):
    own = ENDS_OWN_SESSION.get((case.operation.definition.raw or {}).get("operationId"))
    return own is None or (case.path_parameters or {}).get("id") != own


@schemathesis.hook
def before_call(context, case, kwargs):
    # A new request has a new key. Where the tester has made one up that is wrong, it stays.
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 16 <= len(key) <= 128 and key.replace("-", "").isalnum():
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
