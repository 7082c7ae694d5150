"""Pays through Kafka alone, as a service in any language can: produces an InitiatePayment, then reads what became of it.

    python pay.py [path of dev.json] [idempotency key]
"""
import base64
import hashlib
import io
import json
import pathlib
import struct
import sys
import time
import uuid

import fastavro
import requests
from confluent_kafka import Consumer, Producer

MERCHANT = "demo"
AT_REST = ("PaymentCompleted", "PaymentFailed", "CommandRejected")

dev = json.loads(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".aegispay/dev.json").read_text())
idempotency_key = sys.argv[2] if len(sys.argv) > 2 else f"python-{uuid.uuid4()}"
brokers = {"bootstrap.servers": ",".join(dev["kafka"]["brokers"])}
schemas = {}


def get(url, **headers):
    response = requests.get(url, headers=headers, timeout=10)
    response.raise_for_status()
    return response.json()


def encode(name, value):
    """Confluent wire format: a zero byte, the schema's id, the Avro body. The subject is the record's full name."""
    registered = get(f"{dev['schemaRegistry']}/subjects/{name}/versions/latest")
    body = io.BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(json.loads(registered["schema"])), value)
    return struct.pack(">bI", 0, registered["id"]) + body.getvalue()


def decode(data):
    (schema_id,) = struct.unpack(">I", data[1:5])
    if schema_id not in schemas:
        schemas[schema_id] = json.loads(get(f"{dev['schemaRegistry']}/schemas/ids/{schema_id}")["schema"])
    return fastavro.schemaless_reader(io.BytesIO(data[5:]), schemas[schema_id], None)


def payment_id(*parts):
    """docs/identity.md"""
    prefixed = b"".join(struct.pack(">I", len(part.encode())) + part.encode() for part in parts)
    return "pay_" + base64.b32encode(hashlib.sha256(prefixed).digest()[:20]).decode().lower()


def delivered(error, record):
    if error:
        sys.exit(f"not delivered: {error}")
    print(f"command  {record.topic()}/{record.partition()} offset {record.offset()}")


payment = payment_id(MERCHANT, idempotency_key)
command = encode("aegispay.commands.InitiatePayment", {
    "merchantId": MERCHANT, "paymentId": payment, "idempotencyKey": idempotency_key,
    "amount": 1099, "currency": "EUR", "capture": "AUTOMATIC",
    "customer": {"id": "cus_python", "country": "DE"}, "paymentMethod": {"type": "CARD", "token": "tok_visa"},
})
producer = Producer(brokers)
for _ in range(2):  # the second as after a lost acknowledgement: it is recognised and charges nothing
    producer.produce("payments.commands", key=payment, value=command, on_delivery=delivered)
producer.flush()

# A service would keep its group, so as to go on where it left off. read_committed is librdkafka's default.
consumer = Consumer({**brokers, "group.id": f"python-{uuid.uuid4()}", "auto.offset.reset": "earliest"})
consumer.subscribe(["payments.events"])
last, deadline = None, time.monotonic() + 30
while last is None or last["type"] not in AT_REST:
    if time.monotonic() > deadline:
        sys.exit("the payment did not come to rest within 30 seconds")
    record = consumer.poll(1)
    if record is None or record.error() or record.key() != payment.encode():
        continue
    last = {"type": dict(record.headers())["ce_type"].decode().split(".")[-1], **decode(record.value())}
    print(f"event    {record.topic()}/{record.partition()} {last['sequence']} {last['type']}")
consumer.close()

if last["type"] != "CommandRejected":
    # The read model follows the events: this waits until it shows what the input behind the last one did.
    position = f"{last['inputTopic'].split('.')[-1]}-{last['inputPartition']}-{last['inputOffset']}"
    headers = {"authorization": f"Bearer {dev['apiKey']}", "aegispay-position": position}
    print(f"payment  {payment} {get(dev['url'] + '/v1/payments/' + payment, **headers)['status']}")
print(f"charges  {len(get(dev['sandbox'] + '/ledger?payment=' + payment))}")
