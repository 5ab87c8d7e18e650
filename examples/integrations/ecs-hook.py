"""A lifecycle hook of an Amazon ECS deployment: asks Sluice, and passes its answer on.

Environment: SLUICE_URL, SLUICE_TOKEN, CUTOVER. Whatever goes wrong on the way is a hold: ECS calls again.
"""
import json
import os
import urllib.request

HOLD = {"hookStatus": "IN_PROGRESS", "callBackDelay": 60}


def handler(event, context):
    request = urllib.request.Request(
        f"{os.environ['SLUICE_URL']}/ecs/cutovers/{os.environ['CUTOVER']}/hook",
        data=b"{}",
        headers={"Authorization": f"Bearer {os.environ['SLUICE_TOKEN']}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            decided = json.load(answer)
    except (OSError, ValueError):
        return HOLD
    return decided if decided.get("hookStatus") in ("SUCCEEDED", "FAILED", "IN_PROGRESS") else HOLD
