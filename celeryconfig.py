"""Celery's settings. Names without an underscore are settings: everything imported here hides behind one."""

from finproc.clients import broker as _broker
from finproc.lexicon import entities as _entities
from finproc.lexicon import metrics as _metrics
from finproc.settings import settings as _settings

_s = _settings()
_metrics.current()  # a list of words that cannot be used stops the process here, as any setting does
_entities.current()

broker_url = _broker.url(_s)
broker_transport_options = _broker.transport_options(_s)
broker_connection_timeout = 2
broker_connection_retry_on_startup = True
broker_connection_max_retries = None
broker_heartbeat = 30
broker_channel_error_retry = True
broker_native_delayed_delivery_queue_type = "quorum"

task_queues = tuple(_broker.queue(_s, _name) for _name in _broker.QUEUES)
task_default_queue = "default"
task_default_exchange = _broker.EXCHANGE
task_default_exchange_type = _broker.exchange_type(_s)
task_default_routing_key = "default"
task_create_missing_queues = False
task_routes = {"finproc.extract": {"queue": "extract"}}

task_serializer = "json"
result_serializer = "json"
event_serializer = "json"
accept_content = ("json",)
task_ignore_result = True
task_store_errors_even_if_ignored = False
enable_utc = True
timezone = "UTC"

task_acks_late = True
task_reject_on_worker_lost = True
task_acks_on_failure = True
task_acks_on_timeout = True
task_soft_time_limit = 270
task_time_limit = 290
task_publish_retry = True
task_publish_retry_policy = {"max_retries": 3, "interval_start": 0, "interval_step": 0.5, "interval_max": 1}
task_annotations = {"finproc.extract": {"rate_limit": _broker.extract_rate(_s)}}

worker_pool = "finproc.clients.worker_pool:TaskPool"
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 2000
worker_max_memory_per_child = 1_000_000
worker_send_task_events = True
task_send_sent_event = True
worker_detect_quorum_queues = True
worker_cancel_long_running_tasks_on_connection_loss = False
worker_enable_prefetch_count_reduction = False
worker_soft_shutdown_timeout = 8.0
worker_lost_wait = 1.0
worker_consumer = "finproc.submit.consumer:Consumer"
worker_hijack_root_logger = False

beat_schedule = {
    "sweep": {"task": "finproc.sweep", "schedule": 3.0, "options": {"expires": 30}},
}
beat_schedule_filename = str(_s.finproc_var / "beat-schedule")
