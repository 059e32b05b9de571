"""What the fakes of managed APIs have in common: a key, a list of models, a rate limit, what they say of the account and of themselves to browsers, and
troubles that a test orders.
"""
import json
import threading

from fakes.fake_worker import FakeWorker

DIE = "die"  # a trouble: takes the request and closes the connection without a word


class ManagedApi(FakeWorker):
    """`key`: the only one that is accepted. `troubles`: statuses for the next POSTs, or DIE. `limit_fields`: added to every answer, in the place of those
    of ACCOUNT.
    """

    ACCOUNT = ()  # fields of each of its answers

    def __init__(self, *args, key="sk-ours", models=("m",), **more):
        self.key, self.troubles, self.limit_fields = key, [], []
        self.turn = threading.Lock()
        super().__init__(*args, answer=self.serve, models=models, **more)

    def _housekeeping(self, connection, seen):
        self.serve(connection, seen)  # an API has no pages beside its own

    @property
    def posts(self):
        return [seen for seen in self.all_requests if seen.method == "POST"]

    @property
    def gets(self):
        return [seen for seen in self.all_requests if seen.method != "POST"]

    def serve(self, connection, seen):
        path, _, query = seen.path.partition("?")
        if not self.authorised(seen):
            return self.refuse(connection, 401)
        if seen.method == "GET":
            return self.get(connection, path, dict(part.split("=", 1) for part in query.split("&") if "=" in part))
        with self.turn:
            trouble = self.troubles.pop(0) if self.troubles else None
        if trouble == DIE:
            raise OSError("as ordered")
        if trouble is not None:
            return self.refuse(connection, trouble)
        if seen.headers.get("content-type", "").split(";")[0] != "application/json":
            return self.refuse(connection, 415)
        self.post(connection, path, query, seen)

    def account_fields(self):
        ordered = {line.split(":")[0].lower() for line in self.limit_fields}
        return [*self.limit_fields, *(line for line in self.ACCOUNT if line.split(":")[0].lower() not in ordered)]

    def reply_json(self, connection, body, status=200, headers=()):
        connection.reply(status, json.dumps(body), headers=[*self.account_fields(), *headers])

    def start_events(self, connection, headers=()):
        lines = ["HTTP/1.1 200 OK", "Content-Type: text/event-stream; charset=utf-8", "Transfer-Encoding: chunked", *self.account_fields(), *headers]
        connection.send("\r\n".join(lines) + "\r\n\r\n")


def dumped(model):
    return model.model_dump(mode="json", exclude_unset=True)
