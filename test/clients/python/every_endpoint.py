"""Calls every operation through the generated Python client, as a program of a user would.

Usage: every_endpoint.py URL, with the secrets in the environment. Prints one line of JSON for each
operation: its module, and the status and class of the answer.
"""

import json
import os
import sys
from datetime import datetime, timezone
from typing import Any

from standardwebhooks import Webhook

from image_api_client import AuthenticatedClient
from image_api_client.api.harbor import (
    clean_up,
    delete_artifact,
    get_deletion_plan,
    list_artifacts,
    list_journal,
    list_projects,
    list_repositories,
)
from image_api_client.api.host import list_local_images
from image_api_client.api.images import list_images
from image_api_client.api.nodes import (
    compare_nodes,
    get_usage,
    list_drift,
    list_node_images,
    list_nodes,
    list_unused,
)
from image_api_client.api.service import get_liveness, get_metrics, get_openapi, get_readiness
from image_api_client.api.webhooks import invoke_function, receive_harbor_event
from image_api_client.models import (
    BlockerCode,
    Cleanup,
    CleanupRequest,
    DryRun,
    HarborDefaultEvent,
    InvokeFunctionFunction,
    ListDriftStatus,
    ListJournalOutcome,
    ListProjectsSort,
    LocalImagesInvocation,
    Nodes,
    NodeStatus,
    Problem,
    ProblemCode,
)
from image_api_client.types import Response

REPOSITORY = ("platform", "apps/web/frontend")
STABLE = (*REPOSITORY, "stable")


def show(operation: Any, response: Response[Any]) -> Any:
    """Prints the answer of an operation, and returns it parsed."""
    name = operation.__name__.rpartition(".")[2]
    parsed = response.parsed
    line = {"operation": name, "status": response.status_code, "type": type(parsed).__name__}
    print(json.dumps(line))
    return parsed


def main(url: str) -> None:
    client = AuthenticatedClient(base_url=url, token=os.environ["TOKEN"])

    images = show(list_local_images, list_local_images.sync_detailed(client=client))
    assert all(isinstance(image.size_bytes, int) for image in images)
    by_count = ListProjectsSort.REPO_COUNT
    projects = show(list_projects, list_projects.sync_detailed(client=client, sort=by_count))
    show(list_repositories, list_repositories.sync_detailed(projects[0].name, client=client))
    artifacts = show(list_artifacts, list_artifacts.sync_detailed(*REPOSITORY, client=client))
    assert "linux" in {platform.os for artifact in artifacts for platform in artifact.platforms}
    show(list_images, list_images.sync_detailed(client=client))

    nodes = show(list_nodes, list_nodes.sync_detailed(client=client))
    assert isinstance(nodes, Nodes)
    assert NodeStatus.OK in {node.status for node in nodes.nodes}
    first = nodes.nodes[0].name
    show(list_node_images, list_node_images.sync_detailed(first, client=client))
    show(compare_nodes, compare_nodes.sync_detailed(client=client))
    show(get_usage, get_usage.sync_detailed(*STABLE, client=client))
    gone = ListDriftStatus.GONE
    show(list_drift, list_drift.sync_detailed(client=client, status=gone))
    show(list_unused, list_unused.sync_detailed(client=client))

    show(get_deletion_plan, get_deletion_plan.sync_detailed(*STABLE, client=client))
    nightly = CleanupRequest(policy="nightly")
    plan = show(clean_up, clean_up.sync_detailed(client=client, body=nightly))
    assert isinstance(plan, Cleanup) and not plan.applied
    dry_run = delete_artifact.sync_detailed(*STABLE, client=client, dry_run=True)
    deletion = show(delete_artifact, dry_run)
    assert isinstance(deletion, DryRun)
    assert BlockerCode.IN_USE in {blocker.code for blocker in deletion.blockers}
    deleted = ListJournalOutcome.DELETED
    show(list_journal, list_journal.sync_detailed(client=client, outcome=deleted))

    show(get_liveness, get_liveness.sync_detailed(client=client))
    show(get_readiness, get_readiness.sync_detailed(client=client))
    show(get_metrics, get_metrics.sync_detailed(client=client))
    show(get_openapi, get_openapi.sync_detailed(client=client))

    harbor = AuthenticatedClient(base_url=url, token=os.environ["HARBOR_WEBHOOK"], prefix="")
    resources = [{"digest": artifacts[0].digest, "tag": "stable"}]
    repository = {"repo_full_name": "platform/apps/web/frontend"}
    event = HarborDefaultEvent(
        type_="DELETE_ARTIFACT",
        occur_at=1_795_502_545,
        event_data={"resources": resources, "repository": repository},
    )
    show(receive_harbor_event, receive_harbor_event.sync_detailed(client=harbor, body=event))

    body = LocalImagesInvocation(q="gateway")
    at = datetime.now(timezone.utc)
    identifier = "msg_of_the_python_client"
    # httpx writes JSON without spaces.
    text = json.dumps(body.to_dict(), separators=(",", ":"))
    signature = Webhook(os.environ["INVOKE"]).sign(identifier, at, text)
    invoked = invoke_function.sync_detailed(
        InvokeFunctionFunction.LOCAL_IMAGES,
        client=client,
        body=body,
        webhook_id=identifier,
        webhook_timestamp=str(int(at.timestamp())),
        webhook_signature=signature,
    )
    show(invoke_function, invoked)

    missing = list_artifacts.sync(project="platform", repository="none", client=client)
    assert isinstance(missing, Problem)
    assert missing.code is ProblemCode.HARBOR_NOT_FOUND


main(sys.argv[1])
