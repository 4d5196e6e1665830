"""The private servers that other tests build on do start, answer and come back."""

import amqp  # type: ignore[import-untyped] # it has no stubs
import psycopg
import pytest
from pymongo import MongoClient
from redis import Redis

pytestmark = pytest.mark.server


def test_postgres_answers_in_a_database_of_its_own(postgres_url):
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT current_database()").fetchone()
    assert row is not None
    assert row[0] in postgres_url


def test_redis_answers(redis_url):
    with Redis.from_url(redis_url) as client:
        assert client.ping()


def test_the_mongodb_wire_keeps_a_document(mongo_url):
    with MongoClient[dict[str, object]](mongo_url) as client:
        client.get_default_database()["things"].insert_one({"_id": 1})
        assert client.get_default_database()["things"].count_documents({}) == 1


def test_rabbitmq_keeps_a_persistent_message_over_a_restart(rabbitmq):
    def channel():
        host, _, vhost = rabbitmq.url.rpartition("@")[2].partition("/")
        connection = amqp.Connection(host, virtual_host=vhost, confirm_publish=True)
        connection.connect()
        return connection, connection.channel()

    connection, opened = channel()
    opened.queue_declare("kept", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    opened.basic_publish_confirm(amqp.Message("hello", delivery_mode=2), routing_key="kept")
    connection.close()
    if rabbitmq.private:
        rabbitmq.restart()
    connection, opened = channel()
    message = opened.basic_get("kept", no_ack=True)
    connection.close()
    assert message.body == "hello"
