#!/usr/bin/env python3
"""One outage, told by Sluice and by Prometheus with Sloth's rules, to one Alertmanager.

A shop that this script plays serves requests for an hour without any failure, then none of them succeeds. Prometheus
scrapes its counters, Sluice gets its spans, five seconds apart as OpenTelemetry's SDKs send them. Both tell the same
Alertmanager, which tells this script. Everything listens on loopback, on fixed ports (see PORTS).

    outage.py --runs 3                       # who tells first, and whose figures are right
    outage.py --runs 1 --to-the-end          # also: grouping, a silence, the end, and a shop that has gone

Needs Prometheus (with promtool) and Alertmanager on the PATH, and ./sluice of this repository. On Linux, a network of
its own keeps the ports out of the way: unshare -rn sh -c 'ip link set lo up; exec ./outage.py'
"""

import argparse
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PORTS = {"shop": 9180, "told": 9199, "prometheus": 9090, "alertmanager": 9093, "sluice": 8080, "otlp": 4318}
RATE = 20  # requests a second
HISTORY = 65 * 60  # seconds
SCRAPE = 15  # seconds; also how often Prometheus looks at its rules
EXPORT = 5  # seconds
OUTAGE = 150  # seconds
SLO = "shop-errors"


def ask(url, body=None, timeout=10):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def wait_for(what, condition, seconds):
    until = time.time() + seconds
    while time.time() < until:
        try:
            if condition():
                return True
        except (OSError, ValueError, KeyError, IndexError):
            pass
        time.sleep(0.2)
    print(f"  gave up waiting for {what} after {seconds} s", flush=True)
    return False


class Shop(threading.Thread):
    """Counts what it serves, for Prometheus, and sends its spans to Sluice."""

    def __init__(self, served):
        super().__init__(daemon=True)
        self.counts = {200: served, 500: 0}
        self.failing = False
        self.gone = threading.Event()
        self.spans = []

    def run(self):
        threading.Thread(target=self.export, daemon=True).start()
        due = time.time()
        while not self.gone.is_set():
            due += 1 / RATE
            time.sleep(max(0, due - time.time()))
            code = 500 if self.failing else 200
            self.counts[code] += 1
            self.spans.append((time.time_ns(), code))

    def export(self):
        while not self.gone.is_set():
            time.sleep(EXPORT)
            batch, self.spans = self.spans, []
            if not self.gone.is_set():
                send(batch)

    def page(self):
        """Without a failure yet there is no series of failures, as in any client library with labels."""
        lines = ["# TYPE http_requests_total counter"]
        lines += [f'http_requests_total{{code="{code}"}} {n}' for code, n in self.counts.items() if n]
        return "\n".join(lines) + "\n"


def send(batch):
    spans = [
        {
            "traceId": f"{random.getrandbits(128):032x}",
            "spanId": f"{random.getrandbits(64):016x}",
            "name": "GET /",
            "kind": 2,
            "startTimeUnixNano": str(at - 1_000_000),
            "endTimeUnixNano": str(at),
            "attributes": [{"key": "http.response.status_code", "value": {"intValue": str(code)}}],
        }
        for at, code in batch
    ]
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}
    body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": spans}]}]}
    ask(f"http://127.0.0.1:{PORTS['otlp']}/v1/traces", body)


class Told:
    """What came, and when, by who sent it first."""

    def __init__(self):
        self.events = []

    def take(self, path, body):
        now = time.time()
        if path == "/sluice":
            self.events.append((now, "webhook", "Sluice", body["status"], [body["condition"]]))
            return
        # A group is firing until the last of its alerts is over; each alert says how it is itself.
        for sender in ("Sluice", "Prometheus"):
            for status in ("firing", "resolved"):
                names = [
                    a["labels"].get("condition", a["labels"]["alertname"])
                    for a in body["alerts"]
                    if sender_of(a["labels"]) == sender and a["status"] == status
                ]
                if names:
                    self.events.append((now, "alertmanager", sender, status, names))

    def first(self, way, sender, status, since, condition=""):
        times = [
            e[0]
            for e in self.events
            if e[1:4] == (way, sender, status) and e[0] >= since and (not condition or condition in e[4])
        ]
        return min(times, default=None)


def sender_of(labels):
    return "Sluice" if labels["alertname"].startswith("Slo") else "Prometheus"


def serve(port, get, post):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = get().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            post(self.path, body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Run:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="outage-"))
        self.processes = []
        self.servers = []
        self.told = Told()
        self.shop = Shop(HISTORY * RATE)

    def start(self, name, *command):
        log = open(self.folder / f"{name}.log", "w")
        self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True))

    def begin(self):
        a, f = self.arguments, self.folder
        began = int(time.time()) - HISTORY
        samples = "".join(
            f'http_requests_total{{code="200",job="shop",instance="127.0.0.1:{PORTS["shop"]}"}} {i * RATE} {began + i}\n'
            for i in range(0, HISTORY, SCRAPE)
        )
        (f / "history.om").write_text("# TYPE http_requests counter\n" + samples + "# EOF\n")
        subprocess.run(
            [a.promtool, "tsdb", "create-blocks-from", "openmetrics", f / "history.om", f / "tsdb"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (f / "prometheus.yml").write_text(
            f"global: {{scrape_interval: {SCRAPE}s, evaluation_interval: {SCRAPE}s}}\n"
            f"rule_files: ['{HERE / 'sloth-rules.yaml'}']\n"
            f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{PORTS['alertmanager']}']}}]}}]}}\n"
            f"scrape_configs: [{{job_name: shop, static_configs: [{{targets: ['127.0.0.1:{PORTS['shop']}']}}]}}]\n"
        )
        (f / "alertmanager.yml").write_text(
            "route: {receiver: told, group_by: [alertname, slo], group_wait: 1s, group_interval: 5s}\n"
            f"receivers: [{{name: told, webhook_configs: [{{url: 'http://127.0.0.1:{PORTS['told']}/alertmanager'}}]}}]\n"
        )
        (f / "sluice.yaml").write_text(
            "receivers:\n"
            f"  - {{name: am, kind: alertmanager, url: 'http://127.0.0.1:{PORTS['alertmanager']}'}}\n"
            f"  - {{name: hook, url: 'http://127.0.0.1:{PORTS['told']}/sluice'}}\n"
        )
        self.servers = [
            serve(PORTS["told"], lambda: "", self.told.take),
            serve(PORTS["shop"], self.shop.page, lambda *_: None),
        ]
        self.start(
            "alertmanager", a.alertmanager, f"--config.file={f / 'alertmanager.yml'}", f"--storage.path={f / 'am'}",
            f"--web.listen-address=127.0.0.1:{PORTS['alertmanager']}", "--cluster.listen-address=",
        )
        self.start(
            "sluice", *a.sluice.split(), "serve", "--definitions", str(HERE / "slos"), "--data", str(f / "data"),
            "--config", str(f / "sluice.yaml"),
        )
        ready = f"http://127.0.0.1:{PORTS['sluice']}/readyz"
        wait_for("Sluice", lambda: urllib.request.urlopen(ready, timeout=1).status == 200, 180)
        # What Prometheus has in its blocks, Sluice gets as spans that come late.
        ended = time.time()
        times = [int((ended - HISTORY + i / RATE) * 1e9) for i in range(HISTORY * RATE)]
        for i in range(0, len(times), 2000):
            send([(at, 200) for at in times[i : i + 2000]])
        self.shop.counts[200] = len(times)
        self.start(
            "prometheus", a.prometheus, f"--config.file={f / 'prometheus.yml'}", f"--storage.tsdb.path={f / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{PORTS['prometheus']}",
        )
        self.shop.start()
        wait_for("Prometheus", lambda: self.query("up{job='shop'}") == 1, 60)
        # An hour is behind us; a while of both side by side, and an outage begins at any phase of their intervals.
        time.sleep(60 + random.random() * 2 * SCRAPE)

    def query(self, promql):
        url = f"http://127.0.0.1:{PORTS['prometheus']}/api/v1/query?query={urllib.parse.quote(promql)}"
        result = ask(url)["data"]["result"]
        return float(result[0]["value"][1]) if result else None

    def outage(self):
        """Seconds until each is told of, and what each counts afterwards."""
        served, began = sum(self.shop.counts.values()), time.time()
        self.shop.failing = True
        time.sleep(OUTAGE)
        wait_for("both", lambda: all(self.paged(s, "alertmanager", began) for s in ("Sluice", "Prometheus")), 150)
        self.shop.failing = False
        ended = time.time()
        time.sleep(4 * SCRAPE)
        failed = self.shop.counts[500]
        slo = ask(f"http://127.0.0.1:{PORTS['sluice']}/api/v1/slos/{SLO}")
        hour = [b for b in slo["objectives"][0]["burnRates"] if b["windowSeconds"] == 3600][0]
        return {
            "webhook, Sluice": self.since(began, self.paged("Sluice", "webhook", began)),
            "Alertmanager, Sluice": self.since(began, self.paged("Sluice", "alertmanager", began)),
            "Alertmanager, Prometheus": self.since(began, self.paged("Prometheus", "alertmanager", began)),
            "failed": failed,
            "failed, Sluice": hour["bad"],
            "failed, Prometheus": self.query('sum(increase(http_requests_total{code="500"}[1h]))'),
            "ended": ended,
            "began": began,
        }

    def first(self, sender, way, since, status="firing"):
        return self.told.first(way, sender, status, since)

    def paged(self, sender, way, since):
        """The first page; Sluice's tickets, which come before, do not count."""
        names = ("page-fast", "page-slow") if sender == "Sluice" else ("ShopErrors",)
        times = [self.told.first(way, sender, "firing", since, name) for name in names]
        return min((at for at in times if at), default=None)

    @staticmethod
    def since(began, at):
        return None if at is None else at - began

    def to_the_end(self, row):
        """Grouping, the end, a silence, and a shop that has gone."""
        grouped = [e for e in self.told.events if e[1] == "alertmanager" and e[2] == "Sluice" and e[3] == "firing"]
        print("  Alertmanager's notifications of Sluice's alerts:", flush=True)
        for at, _, _, status, names in grouped:
            print(f"    after {at - row['began']:6.1f} s {status}: {', '.join(sorted(names))}", flush=True)
        ends = {"Sluice": "page-fast", "Prometheus": "ShopErrors"}
        wait_for(
            "the end of the fast page",
            lambda: self.told.first("alertmanager", "Sluice", "resolved", row["ended"], ends["Sluice"]),
            420,
        )
        # Sloth's page is one rule of both pairs, so it ends with the slow one, after half an hour.
        for sender, name in ends.items():
            at = self.told.first("alertmanager", sender, "resolved", row["ended"], name)
            print(f"  {sender}: {name} resolved after {self.since(row['ended'], at)} s", flush=True)
        self.silenced()
        began = time.time()
        self.shop.gone.set()
        print("  the shop has gone", flush=True)
        wait_for("silence to be told", lambda: self.told.first("alertmanager", "Sluice", "firing", began, "no-data"), 420)
        time.sleep(300)
        at = self.told.first("alertmanager", "Sluice", "firing", began, "no-data")
        print(f"  Sluice: told of silence after {self.since(began, at)} s", flush=True)
        at = self.first("Prometheus", "alertmanager", began)
        print(f"  Prometheus: told of silence after {self.since(began, at)} s", flush=True)

    def silenced(self):
        """A second outage, of which an Alertmanager's silence keeps the page."""
        now = time.time()
        stamp = lambda at: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        silence = {"matchers": [{"name": "slo", "value": SLO, "isRegex": False}], "startsAt": stamp(now),
                   "endsAt": stamp(now + 600), "createdBy": "outage.py", "comment": "a rehearsal"}
        base = f"http://127.0.0.1:{PORTS['alertmanager']}/api/v2"
        made = ask(base + "/silences", silence)["silenceID"]
        self.shop.failing = True
        time.sleep(90)
        self.shop.failing = False
        suppressed = [a for a in ask(base + "/alerts") if sender_of(a["labels"]) == "Sluice"]
        states = sorted({a["status"]["state"] for a in suppressed})
        told = self.first("Sluice", "alertmanager", now)
        print(f"  silenced: Alertmanager has {len(suppressed)} alerts of Sluice, {states}; told: {told}", flush=True)
        urllib.request.urlopen(urllib.request.Request(f"{base}/silence/{made}", method="DELETE"), timeout=5)
        wait_for("the silence's end", lambda: self.first("Sluice", "alertmanager", now), 60)
        at = self.first("Sluice", "alertmanager", now)
        print(f"  silence taken away: told after {self.since(now, at)} s", flush=True)

    def end(self):
        self.shop.gone.set()
        for process in self.processes:
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            process.wait(30)
        for server in self.servers:
            server.shutdown()
            server.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--to-the-end", action="store_true")
    parser.add_argument("--prometheus", default="prometheus")
    parser.add_argument("--promtool", default="promtool")
    parser.add_argument("--alertmanager", default=shutil.which("alertmanager") or "prometheus-alertmanager")
    parser.add_argument("--sluice", default=str(HERE.parent.parent / "sluice"))
    arguments = parser.parse_args()
    rows = []
    for number in range(arguments.runs):
        run = Run(arguments)
        try:
            run.begin()
            row = run.outage()
            print(json.dumps({"run": number + 1, **row}), flush=True)
            rows.append(row)
            if arguments.to_the_end:
                run.to_the_end(row)
        finally:
            run.end()
    for column in ("webhook, Sluice", "Alertmanager, Sluice", "Alertmanager, Prometheus"):
        times = [row[column] for row in rows if row[column] is not None]
        if times:
            print(f"{column}: {statistics.median(times):.1f} s median, {max(times):.1f} s worst of {len(times)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
