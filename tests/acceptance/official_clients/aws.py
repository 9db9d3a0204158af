"""Makes calls with boto3 and prints what it made of the answers.

Reads one JSON object from standard input: endpoint, access_key_id, access_key_secret, security_token (or null), and
calls, a list of {"client": "ec2", "operation": ..., "parameters": ..., "region": ..., "paginate": true or false}.
A parameter {"$result": [3, "Policy", "Arn"]} stands for what the call at that place got; null if it got an error.
A call with "environment", a map of variables, finds its credentials as boto3 does in that environment.
Prints a JSON list with {"body": ...}, {"pages": [...]} or {"error": ...} for each call.
"""

import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def resolve(value, results):
    if isinstance(value, list):
        return [resolve(item, results) for item in value]
    if not isinstance(value, dict):
        return value
    if "$result" not in value:
        return {name: resolve(item, results) for name, item in value.items()}
    place, *path = value["$result"]
    found = results[place].get("body")
    for step in path:
        found = found[step] if found is not None else None
    return found


def call(session, endpoint, wanted, results):
    if "environment" in wanted:
        os.environ.clear()
        os.environ.update(wanted["environment"])
        session = boto3.Session()
    client = session.client(
        wanted["client"],
        region_name=wanted.get("region", "us-east-1"),
        endpoint_url=f"http://{endpoint}",
        config=Config(retries={"total_max_attempts": wanted.get("attempts", 1), "mode": "standard"}),
    )
    parameters = resolve(wanted.get("parameters", {}), results)
    try:
        if wanted.get("paginate"):
            return {"pages": list(client.get_paginator(wanted["operation"]).paginate(**parameters))}
        return {"body": getattr(client, wanted["operation"])(**parameters)}
    except ClientError as error:
        metadata = error.response["ResponseMetadata"]
        return {
            "error": {
                "code": error.response["Error"]["Code"],
                "reason": error.response.get("Reason"),
                "message": error.response["Error"]["Message"],
                "status": metadata["HTTPStatusCode"],
                "request_id": metadata.get("RequestId"),
            }
        }


def main():
    task = json.load(sys.stdin)
    session = boto3.Session(
        aws_access_key_id=task["access_key_id"],
        aws_secret_access_key=task["access_key_secret"],
        aws_session_token=task["security_token"],
    )
    results = []
    for wanted in task["calls"]:
        results.append(call(session, task["endpoint"], wanted, results))
    json.dump(results, sys.stdout, default=str)


main()
