"""Makes calls with the official Alibaba Cloud SDK and prints what it made of the answers.

Reads one JSON object from standard input: endpoint, access_key_id, access_key_secret, security_token (or null), and
calls, a list of {"client": "ecs" or "sts", "operation": ..., "parameters": ...} with the parameters named as in the API.
Prints a JSON list with {"body": ...} or {"error": ...} for each call.
"""

import json
import sys

from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from alibabacloud_ecs20140526 import models as ecs_models
from alibabacloud_ecs20140526.client import Client as EcsClient
from alibabacloud_sts20150401.client import Client as StsClient

REQUESTS = {
    "describe_images": ecs_models.DescribeImagesRequest,
    "describe_regions": ecs_models.DescribeRegionsRequest,
}


def call(clients, wanted):
    runtime = RuntimeOptions(read_timeout=10_000, connect_timeout=10_000)
    method = getattr(clients[wanted["client"]], wanted["operation"] + "_with_options")
    arguments = [runtime]
    if wanted["operation"] in REQUESTS:
        arguments.insert(0, REQUESTS[wanted["operation"]]().from_map(wanted.get("parameters", {})))
    try:
        return {"body": method(*arguments).body.to_map()}
    except (ClientException, ServerException, ThrottlingException) as error:
        return {
            "error": {
                "kind": type(error).__name__,
                "code": error.code,
                "status": error.status_code,
                "message": error.message,
                "request_id": error.request_id,
                "retry_after": getattr(error, "retry_after", None),
                "access_denied": getattr(error, "access_denied_detail", None),
            }
        }
    except UnretryableException as error:
        return {"error": {"kind": type(error).__name__, "message": str(error)}}


def main():
    task = json.load(sys.stdin)
    config = {
        "access_key_id": task["access_key_id"],
        "access_key_secret": task["access_key_secret"],
        "security_token": task["security_token"],
        "endpoint": task["endpoint"],
        "protocol": "http",
        "region_id": "cn-hangzhou",
    }
    clients = {"ecs": EcsClient(Config(**config)), "sts": StsClient(Config(**config))}
    json.dump([call(clients, wanted) for wanted in task["calls"]], sys.stdout)


main()
