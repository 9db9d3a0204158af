"""Makes calls with the official Alibaba Cloud SDK and prints what it made of the answers.

Reads one JSON object from standard input: endpoint, access_key_id, access_key_secret, security_token (or null), and
calls, a list of {"client": one of CLIENTS, "operation": ..., "parameters": ...} with the parameters named as in the API.
A call with "provider" ("metadata", or "uri" with the address in "uri") gets its credentials from there.
Prints a JSON list with {"body": ...} or {"error": ...} for each call.
"""

import json
import sys

from alibabacloud_credentials.provider.ecs_ram_role import EcsRamRoleCredentialsProvider
from alibabacloud_credentials.provider.uri import URLCredentialsProvider
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from alibabacloud_ecs20140526 import models as ecs_models
from alibabacloud_ecs20140526.client import Client as EcsClient
from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_ram20150501.client import Client as RamClient
from alibabacloud_resourcemanager20200331 import models as resource_manager_models
from alibabacloud_resourcemanager20200331.client import Client as ResourceManagerClient
from alibabacloud_resourcesharing20200110 import models as resource_sharing_models
from alibabacloud_resourcesharing20200110.client import Client as ResourceSharingClient
from alibabacloud_sts20150401 import models as sts_models
from alibabacloud_sts20150401.client import Client as StsClient

CLIENTS = {
    "ecs": (EcsClient, ecs_models),
    "ram": (RamClient, ram_models),
    "resourcemanager": (ResourceManagerClient, resource_manager_models),
    "resourcesharing": (ResourceSharingClient, resource_sharing_models),
    "sts": (StsClient, sts_models),
}


def request_of(models, operation):
    """Finds the class of an operation's requests; None for an operation without parameters."""
    words = operation.replace("oidc", "OIDC").split("_")
    return getattr(models, "".join(word[0].upper() + word[1:] for word in words) + "Request", None)


def found_credentials(wanted, endpoint):
    """Asks one of the SDK's own providers."""
    if wanted["provider"] == "uri":
        provider = URLCredentialsProvider(uri=wanted["uri"])
    else:
        provider = EcsRamRoleCredentialsProvider(async_update_enabled=False, disable_imds_v1=True)
        # The address is a constant of the SDK.
        provider._EcsRamRoleCredentialsProvider__metadata_service_host = endpoint
    found = provider.get_credentials()
    return {
        "access_key_id": found.get_access_key_id(),
        "access_key_secret": found.get_access_key_secret(),
        "security_token": found.get_security_token(),
    }


def call(config, wanted):
    if "provider" in wanted:
        config = config | found_credentials(wanted, config["endpoint"])
    make_client, models = CLIENTS[wanted["client"]]
    client = make_client(Config(**config))
    runtime = RuntimeOptions(read_timeout=10_000, connect_timeout=10_000)
    # The SDK's generator swallows an underscore after an acronym.
    suffix = "with_options" if wanted["operation"].endswith("oidc") else "_with_options"
    method = getattr(client, wanted["operation"] + suffix)
    arguments = [runtime]
    if request := request_of(models, wanted["operation"]):
        arguments.insert(0, request().from_map(wanted.get("parameters", {})))
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
    json.dump([call(config, wanted) for wanted in task["calls"]], sys.stdout)


main()
