"""Doors of the way in: the sweep."""

from __future__ import annotations

from celery import shared_task

from finproc import pipeline
from finproc.clients import broker, folder_broker
from finproc.identity.workspace import workspace
from finproc.submit.dead_letters import keep_set_aside
from finproc.submit.queues import Waiting
from finproc.submit.sweep import sweep


@shared_task(name="finproc.sweep")
def sweep_stalled() -> None:
    """Publish stalled submissions again; on the embedded broker also tidy its folder and keep what was moved aside."""
    place = workspace()
    s = place.settings
    if s.embedded_broker:
        folder_broker.unbind_dead(broker.folder(s))
        keep_set_aside(broker.folder(s), place.records)
    sweep(place.records.submissions, pipeline.start, Waiting(s), base_seconds=s.sweep_base)
