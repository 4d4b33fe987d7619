"""A second, naive evaluator: the oracle of the conformance cases and of the fuzzer.

Straight from AWS's documentation (pages in brackets), for tests only; 200 lines without the blank ones, to be read, not
to be fast. None is what cannot be evaluated: an Allow needs True, a Deny only not False.
"""

import base64
import ipaddress
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt

STAR, ONE = object(), object()
SCALES = {"LessThanEquals": le, "GreaterThanEquals": ge, "LessThan": lt, "GreaterThan": gt}
SCALES |= {"IpAddress": lambda a, b: a.version == b.version and a.subnet_of(b), "": eq}
OPERATOR = re.compile(
    r"(ForAllValues:|ForAnyValue:|)((?:String|Arn)(?:Not)?(?:Equals|Like)|String(?:Not)?EqualsIgnoreCase|(?:Not)?IpAddress"
    r"|(?:Numeric|Date)(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)|Bool|BinaryEquals)(IfExists|)"
)
# [id_credentials_temp_control-access_getsessiontoken], [id_credentials_sts-comparison], [API_AssumeRole|Root]
NEEDS_NONE = "getcalleridentity (user|root|role|assumed-role|federated-user)|getsessiontoken (user|root)"
NEVER = "sts:(assumero.. root|assumerole (web|saml|anon).*|.*saml web|.*identity saml|get.*n .*role)|(iam|sts):.* fed.*"
OTHERS = {"service": "Service", "web": "Federated", "saml": "Federated"}  # who is not under AWS in a Principal
RCP_SERVICES = ("s3", "sts", "kms", "sqs", "secretsmanager", "logs", "dynamodb", "ecr")  # of those AWS lists


def listify(value):
    return value if isinstance(value, list) else [value]


def first(order, results):
    return next(value for value in order if value in [*results, order[-1]])


def tokens(text, context=None, version=None, wild=True):
    """Characters, STAR and ONE; None if a variable has no value [reference_policies_variables]."""
    out = []
    for variable, char in re.findall(r"\$\{([^}]*)\}|(.)" if version == "2012-10-17" else "()(.)", text, re.DOTALL):
        key, default = re.fullmatch(r"([^,]*)(?:, *'(.*)')?.*", variable, re.DOTALL).groups()
        values = [variable] if variable in ("*", "?", "$") else (context or {}).get(key.strip().lower(), [])
        literal = values[0] if len(values) == 1 else default
        if not char and literal is None:
            return None
        out += [{"*": STAR, "?": ONE}.get(char, char) if wild else char] if char else literal
    return out


def glob(pattern, text):
    """A star is any text, ONE any character; on a mismatch the last star takes one character more."""
    p, t, star, taken = 0, 0, None, 0
    while t < len(text):
        if p < len(pattern) and pattern[p] is STAR:
            p, star, taken = p + 1, p, t
        elif p < len(pattern) and (pattern[p] is ONE or pattern[p] == text[t]):
            p, t = p + 1, t + 1
        elif star is not None:
            p, t, taken = star + 1, taken + 1, taken + 1
        else:
            return False
    return all(token is STAR for token in pattern[p:])


def arn_glob(pattern, text, colons=5, run_on=False):
    """Part by part; in a Resource a star that ends a part may run beyond the colon [..._elements_resource]."""
    if colons == 0 or (run_on and pattern == [STAR]):
        return glob(pattern, text)
    at = pattern.index(":") if ":" in pattern else len(pattern)
    ends = [found.end() for found in re.finditer(":", text)]
    if not glob(pattern[:at], text.partition(":")[0]) or (at == len(pattern) and not run_on):
        return False
    if at == len(pattern):
        return not ends or pattern[-1:] == [STAR]
    ends = ends if run_on and pattern[:at][-1:] == [STAR] else ends[:1]
    return any(arn_glob(pattern[at + 1 :], text[end:], colons - 1, run_on) for end in ends)


def read(name, text):
    """A value as the operator compares it, None if it is none [reference_policies_elements_condition_operators]."""
    try:
        if name == "Bool":
            return {"true": True, "false": False}.get(text.lower())
        if name == "BinaryEquals":
            return base64.b64decode(text, validate=True)
        if name == "IpAddress":
            return ipaddress.ip_network(text, strict=False)
        if re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII):
            return Decimal(text)
        date = r"\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?"
        if name.startswith("Numeric") or not re.fullmatch(date, text, re.ASCII):
            return None
        when = datetime.fromisoformat(text + "-01" if len(text) == 7 else text)
        return Decimal(when.replace(tzinfo=when.tzinfo or UTC).timestamp())
    except ValueError:
        return None


def compare(name, wanted, value, context, version):
    """One value of the policy with one of the request; None if the policy's cannot be read."""
    if name.startswith(("String", "Arn", "Bool")):
        wanted = tokens(wanted, context, version, wild=name.startswith("Arn") or name == "StringLike")
    if wanted is None:
        return False
    if name == "StringEqualsIgnoreCase":
        return "".join(wanted).lower() == value.lower()
    if name.startswith("String"):
        return glob(wanted, value)
    if name.startswith("Arn"):
        return arn_glob(wanted, value) if wanted.count(":") > 4 else None
    wanted, value = read(name, "".join(wanted)), read(name, value)
    test = next(test for suffix, test in SCALES.items() if name.endswith(suffix))
    return None if wanted is None else value is not None and test(value, wanted)


def holds(name, key, wanted, context, version):
    """One operator and key [..._elements_condition_operators, ..._condition-single-vs-multi-valued-context-keys]."""
    wanted, values = [w if isinstance(w, str) else json.dumps(w) for w in listify(wanted)], context.get(key.lower(), [])
    if name == "Null":
        return first((True, None, False), [{"true": not values, "false": bool(values)}.get(w.lower()) for w in wanted])
    if not (found := OPERATOR.fullmatch(name)):
        return None
    (group, name, if_exists), positive = found.groups(), found[2].replace("Not", "")
    if not values or (group and not any(values)):
        absent_passes = not values and (if_exists or (not group and name != positive))
        return bool(absent_passes) or group == "ForAllValues:"
    if not group and len(values) > 1:
        return None if name != positive else False
    matched = [first((True, None, False), [compare(positive, w, v, context, version) for w in wanted]) for v in values]
    results = matched if name == positive else [None if result is None else not result for result in matched]
    return first((True, None, False) if group == "ForAnyValue:" else (False, None, True), results)


def covers(statement, version, action, resource, context):
    """Action, Resource and Condition of a statement; whom it names is looked at elsewhere."""

    def lies_in(arn):
        head, last = re.fullmatch(r"((?:[^:]*:){5}|)(.*)", arn, re.DOTALL).groups()
        if re.match(r"[^:]*:[^:]*:[^:]*[*?].*:", head):
            return False  # no wildcard names a service
        last = tokens(last, context, version)  # variables only after the fifth colon
        return last is not None and arn_glob(tokens(head) + last, resource, run_on=True)

    results = []
    for element, test in (("Action", lambda name: glob(tokens(name.lower()), action.lower())), ("Resource", lies_in)):
        results += [any(map(test, listify(statement[element])))] if element in statement else []
        results += [not any(map(test, listify(statement[f"Not{element}"])))] if f"Not{element}" in statement else []
    for name, keys in statement.get("Condition", {}).items():
        results += [holds(name, key, wanted, context, version) for key, wanted in keys.items()]
    return first((False, None, True), results)


def caller(arn):
    """(kind, account, form of the ARN behind it: a session's role, a federated user's user)."""
    form = r"arn:[\w-]+:(?:iam|sts)::(\d{12}):(root|user|role|assumed-role|federated-user)(?:/([^/]+).*)?"
    if not (found := re.fullmatch(form, arn)):
        service = arn.endswith(".amazonaws.com") and not arn.startswith("cognito-identity.")
        kind = "service" if service else "saml" if ":saml-provider/" in arn else "web"
        return arn if arn in ("anonymous", "") else kind, None, None
    account, kind, name = found.groups()
    behind = {"assumed-role": "role", "federated-user": "user"}.get(kind)
    return kind, account, behind and rf"arn:[\w-]+:iam::{account}:{behind}/(.*/)?{re.escape(name)}"


def relations(principal, arn):
    """How a Principal names the caller: any, account, self or behind [reference_policies_elements_principal]."""
    own, account, behind = caller(arn)
    pairs = {(k, n) for k, names in principal.items() for n in listify(names)} if principal != "*" else {("AWS", "*")}
    how = {"any"} if ("AWS", "*") in pairs else set()
    how |= {"account"} if {("AWS", account), ("AWS", f"arn:aws:iam::{account}:root")} & pairs else set()
    how |= {"self"} if (OTHERS.get(own, "AWS"), arn) in pairs else set()
    return how | ({"behind"} if behind and any(re.fullmatch(behind, name) for _, name in pairs) else set())


def denied(statement, arn, bounded):
    """Does a Deny of a resource-based policy concern the caller? [reference_policies_elements_notprincipal]"""
    if "NotPrincipal" not in statement:
        return bool(relations(statement["Principal"], arn))
    kind, account, _ = caller(arn)
    chain = {"root": {"account"}, "assumed-role": {"self", "behind", "account"}}.get(kind, {"self", "account"})
    named = relations(statement["NotPrincipal"], arn)
    return bounded or ("any" not in named and not named >= (chain if account else {"self"}))


def decide(call, action, resource):
    """AWS's answer: allowed, explicitDeny or implicitDeny [..._policy-eval-denyallow, ..._cross-account]."""
    arn, management = call.get("CallerArn", ""), call.get("ManagementAccountId")
    attached = [call["ResourcePolicy"]] if "ResourcePolicy" in call else []
    kind, account, _ = caller(arn)
    context = {e["ContextKeyName"].lower(): e["ContextKeyValues"] for e in call.get("ContextEntries", [])}
    owner = re.findall(r"^(?:[^:]*:){4}(\d{12}):", resource) or re.findall(r"\d{12}", call.get("ResourceOwner", ""))
    owner, (service, operation) = owner[0] if owner else account, action.lower().split(":")

    def matching(effect, *documents):
        for document in map(json.loads, documents):
            for statement in listify(document["Statement"]):
                result = covers(statement, document.get("Version"), action, resource, context)
                if statement["Effect"] == effect and (result or (result is None and effect == "Deny")):
                    yield statement

    def named_by(*documents):
        return set().union(*(relations(s.get("Principal", {}), arn) for s in matching("Allow", *documents)))

    levels = call.get("OrderedOrganizationPolicyInputList", [])
    linked = re.search(":role/aws-service-role/|:assumed-role/AWSServiceRoleFor", arn)
    scps = [level.get("ServiceControlPolicyInputList", []) for level in levels]
    scps = scps if any(scps) and not linked and account not in (None, management) else []
    rcps = [d for level in levels for d in level.get("ResourceControlPolicyInputList", [])]
    reach = service in RCP_SERVICES and operation != "retiregrant" and not linked and owner != (management or 0)
    identity, session = call.get("PolicyInputList", []), call.get("SessionPolicyInputList")
    boundary, endpoint = call.get("PermissionsBoundaryPolicyInputList", []), call.get("VpcEndpointPolicyInputList", [])

    if service == "sts" and re.fullmatch(NEEDS_NONE, f"{operation} {kind}"):
        return "allowed"
    documents = [*identity, *boundary, *(session or []), *(rcps if reach else []), *(d for scp in scps for d in scp)]
    kept = kind == "root" and owner == account and re.fullmatch("s3:(get|put|delete)bucketpolicy", action.lower())
    resource_based = matching("Deny", *([] if kept else attached), *endpoint)  # [s3 PutBucketPolicy]
    if any(matching("Deny", *documents)) or any(denied(s, arn, bool(boundary)) for s in resource_based):
        return "explicitDeny"
    outside = not all(any(matching("Allow", *scp)) for scp in scps) or (endpoint and not named_by(*endpoint))
    if outside or re.fullmatch(NEVER, f"{service}:{operation} {kind}"):
        return "implicitDeny"
    named = named_by(*attached)
    trust = service == "sts" and re.match("assumerole|tagsession|setsourceidentity", operation) and resource != "*"
    by_policy = trust or (service == "kms" and (attached or ":key/" in resource))  # [kms key-policies]
    if kind in ("anonymous", *OTHERS) or (by_policy and not named):
        return "allowed" if named else "implicitDeny"
    in_boundary = not boundary or any(matching("Allow", *boundary))
    in_session = any(matching("Allow", *session)) if session else kind != "federated-user"
    granted = (kind == "root" or any(matching("Allow", *identity))) and in_boundary and in_session
    if account and owner != account and operation != "assumeroot":  # [API_AssumeRoot]
        return "allowed" if named and granted else "implicitDeny"
    limited = named - {"account"} and in_boundary and in_session
    directly = named & ({"any"} if kind == "role" else {"any", "self"}) and (in_boundary or not trust or kind != "user")
    return "allowed" if granted or limited or directly else "implicitDeny"
