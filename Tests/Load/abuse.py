#!/usr/bin/env python3
"""Clients that behave badly, many at a time, while one that behaves well asks on (issue: bad input under load).

    abuse.py PROGRAM [--connections 10000] [--seconds 20]

For each kind of misbehaviour: what the server answered, how long the good client waited beside its idle time, and the memory of
the server. The bad ones come from 127.0.0.2 and on, the good one from 127.0.0.1. Exit 1 where the good client got a wrong
answer or waited more than a second, or the server's memory grew by more than 300 MiB.
"""
import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time


def rss(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


class Target:
    def __init__(self, port, pid):
        self.port, self.pid = port, pid

    async def connect(self, place=2):
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(f"127.0.0.{place}", 0))


async def good(target, path="/"):
    """One whole exchange on a connection of its own; gives the status and how long it took in ms."""
    started = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1]) if answer else 0, (time.monotonic() - started) * 1000


async def first_line(reader, seconds=60):
    try:
        line = await asyncio.wait_for(reader.readline(), seconds)
        return line.decode("latin-1").strip() or "closed"
    except asyncio.TimeoutError:
        return "still open"
    except ConnectionError:
        return "closed"


async def slow_headers(target, ending, number):
    reader, writer = await target.connect()
    started = time.monotonic()
    try:
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        while not ending.is_set() or time.monotonic() - started < 45:
            writer.write(b"X-%d: 1\r\n" % (time.monotonic_ns() % 97))
            await writer.drain()
            await asyncio.sleep(2)
            if reader.at_eof():
                return f"closed after {(time.monotonic() - started) // 10 * 10:.0f} s"
    except ConnectionError:
        return f"closed after {(time.monotonic() - started) // 10 * 10:.0f} s"
    return "still open"


async def huge_headers(target, ending, number):
    reader, writer = await target.connect()
    try:
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * (200_000 if number % 2 else 17_000) + b"\r\n\r\n")
        await writer.drain()
        return await first_line(reader)
    except ConnectionError:
        return "closed"
    finally:
        writer.close()


async def many_headers(target, ending, number):
    reader, writer = await target.connect()
    try:
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n")
        await writer.drain()
        return await first_line(reader)
    except ConnectionError:
        return "closed"
    finally:
        writer.close()


async def endless_upload(target, ending, number):
    reader, writer = await target.connect()
    path = ["/verify", "/api/v1/match", "/"][number % 3]
    try:
        writer.write(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        block = b"10000\r\n" + b"a" * 65536 + b"\r\n"
        for _ in range(20_000):
            writer.write(block)
            await writer.drain()
            if reader.at_eof():
                break
    except ConnectionError:
        pass
    line = await first_line(reader, 5)
    writer.close()
    return f"{path}: {line}"


async def trickling_upload(target, ending, number):
    reader, writer = await target.connect()
    started = time.monotonic()
    try:
        writer.write(b"POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
        while time.monotonic() - started < 60:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(1)
            if reader.at_eof():
                break
    except ConnectionError:
        pass
    writer.close()
    return f"let go after {(time.monotonic() - started) // 10 * 10:.0f} s"


async def reads_nothing(target, ending, number):
    reader, writer = await target.connect()
    started = time.monotonic()
    # More answers than the socket takes, and nobody takes them.
    reader._transport.pause_reading()
    try:
        for _ in range(400):
            writer.write(b"GET /api/v1/openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await writer.drain()
        while time.monotonic() - started < 60:
            await asyncio.sleep(1)
            writer.write(b"\r\n")
            await writer.drain()
            if writer.transport.is_closing():
                break
    except ConnectionError:
        pass
    writer.close()
    return f"let go after {(time.monotonic() - started) // 10 * 10:.0f} s"


async def idle(target, ending, number):
    try:
        reader, writer = await target.connect(2 + number // 500)
    except OSError:
        return "not connected"
    try:
        await asyncio.wait_for(ending.wait(), 120)
    except asyncio.TimeoutError:
        pass
    closed = reader.at_eof()
    writer.close()
    return "let go" if closed else "open to the end"


async def cache_busting(target, ending, number):
    reader, writer = await target.connect()
    answers = set()
    try:
        for turn in range(200):
            writer.write(f"GET /?x={number}-{turn} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            answers.add(head.split(" ")[1])
            length = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length"))
            await reader.readexactly(length)
            if ending.is_set():
                break
    except (ConnectionError, asyncio.IncompleteReadError):
        answers.add("closed")
    writer.close()
    return "/".join(sorted(answers))


async def trial(name, kind, count, target, seconds):
    before = rss(target.pid)
    ending = asyncio.Event()
    bad = [asyncio.create_task(kind(target, ending, number)) for number in range(count)]
    waits, wrong, peak = [], 0, before
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        try:
            status, spent = await asyncio.wait_for(good(target, "/lists"), 10)
        except (asyncio.TimeoutError, ConnectionError):
            status, spent = 0, 10_000
        waits.append(spent)
        wrong += status != 200
        peak = max(peak, rss(target.pid))
        await asyncio.sleep(0.05)
    ending.set()
    outcomes = {}
    for outcome in await asyncio.gather(*bad, return_exceptions=True):
        text = str(outcome) if not isinstance(outcome, BaseException) else type(outcome).__name__
        outcomes[text] = outcomes.get(text, 0) + 1
    waits.sort()
    said = ", ".join(f"{text} × {number}" for text, number in sorted(outcomes.items(), key=lambda pair: -pair[1])[:6])
    print(f"{name} ({count}): good client {len(waits)} answers, {wrong} wrong, p50 {waits[len(waits) // 2]:.0f} ms, "
          f"max {waits[-1]:.0f} ms; memory {before} → {peak} MiB; they got: {said}", flush=True)
    return wrong == 0 and waits[-1] < 1000 and peak - before < 300


async def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("--connections", type=int, default=10_000)
    options.add_argument("--seconds", type=float, default=20)
    chosen = options.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    program = os.path.abspath(chosen.program)
    with tempfile.TemporaryDirectory(prefix="abuse-") as folder:
        for arguments in (["sample", "--out", "city", "--organisations", "300"], ["init", "--data", "data"], ["ingest", "city", "--data", "data"]):
            subprocess.run([program, *arguments], cwd=folder, capture_output=True)
        server = subprocess.Popen([program, "serve", "--data", "data", "--port", "0"], cwd=folder, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True)
        try:
            target = Target(int(server.stdout.readline().split(":")[2].split()[0]), server.pid)
            isRight = True
            for name, kind, count in [
                ("slow headers", slow_headers, 400), ("huge headers", huge_headers, 400), ("5,000 header fields", many_headers, 200),
                ("endless uploads", endless_upload, 30), ("uploads that trickle", trickling_upload, 400),
                ("answers that nobody takes", reads_nothing, 200), ("cache busting", cache_busting, 50),
                ("connections", idle, chosen.connections),
            ]:
                isRight = await trial(name, kind, count, target, chosen.seconds) and isRight
            status, spent = await good(target)
            print(f"afterwards: {status} in {spent:.0f} ms, memory {rss(target.pid)} MiB, server {'runs' if server.poll() is None else 'is gone'}")
            return 0 if isRight and status == 200 else 1
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
