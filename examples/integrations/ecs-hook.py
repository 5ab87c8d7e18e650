"""A lifecycle hook of an Amazon ECS deployment: asks Sluice, and passes its answer on.

Environment: SLUICE_URL, SLUICE_TOKEN, CUTOVER, and SHARE where the hook is about one step, for example 0.1. Whatever goes
wrong on the way is a hold: ECS calls again, and it rolls back on an exception, on an answer that it does not understand, and on
a function that is out of time. So give the function some 15 seconds, five times what Lambda gives unless told otherwise.
"""
import json
import os
import urllib.request

HOLD = {"hookStatus": "IN_PROGRESS", "callBackDelay": 60}
PATIENCE_SECONDS = 10
MARGIN_SECONDS = 1


def handler(event, context):
    try:
        decided = ask(patience(context))
        return decided if decided["hookStatus"] in ("SUCCEEDED", "FAILED", "IN_PROGRESS") else HOLD
    except Exception as problem:  # each of them would be a rollback
        print(f"no answer from Sluice, so this is a hold: {problem!r}")
        return HOLD


def patience(context):
    left = context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS
    return max(0.1, min(PATIENCE_SECONDS, left))


def ask(seconds):
    share = os.environ.get("SHARE")
    request = urllib.request.Request(
        f"{os.environ['SLUICE_URL']}/ecs/cutovers/{os.environ['CUTOVER']}/hook" + (f"?share={share}" if share else ""),
        data=b"{}",
        headers={"Authorization": f"Bearer {os.environ['SLUICE_TOKEN']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        return json.load(answer)
