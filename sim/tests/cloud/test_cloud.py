"""Results in an object store: a server like S3 on loopback, kills, cut connections; the bytes are those of a folder."""

import os
import signal
import subprocess
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

pytest.importorskip("moto", reason="sim/tests/cloud/requirements.lock is not installed")

import boto3
from cutting import CuttingProxy
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).parents[3]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall-cloud"))
SCENARIO = str(ROOT / "sim/tests/invalid/valid")
RUNS = "20000"

pytestmark = pytest.mark.skipif(
    not Path(BINARY).is_file(), reason="the program is not built; make test-cloud builds it"
)


@pytest.fixture(scope="module")
def port():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server.get_host_and_port()[1]
    server.stop()


@pytest.fixture(scope="module")
def bucket(port):
    store = boto3.resource(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="k",
        aws_secret_access_key="s",
    )
    return store.create_bucket(Bucket="bucket")


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    out = tmp_path_factory.mktemp("folder") / "out"
    subprocess.run([BINARY, "run", SCENARIO, "-o", out, "-n", RUNS, "-q"], check=True)
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.glob("tables/*/*.parquet"))}


def environment(port: int, tmp_path: Path, **more: str) -> dict[str, str]:
    # Without keys the program asks the machine it is on: here nobody may be asked but who listens on loopback.
    machine = {"AWS_METADATA_ENDPOINT": "http://127.0.0.1:1", "SHORTFALL_STAGING": str(tmp_path / "staging")}
    keys = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    system = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SHORTFALL_"))}
    return {**system, **machine, **keys, **more}


def run(address: str, *more: str) -> list[str]:
    return [BINARY, "run", SCENARIO, "-o", address, "-n", RUNS, "-j", "1", "--progress", "none", *more]


def objects(bucket, name: str) -> dict[str, bytes]:
    return {o.key.removeprefix(f"{name}/"): o.get()["Body"].read() for o in bucket.objects.filter(Prefix=f"{name}/")}


def tables(bucket, name: str) -> dict[str, bytes]:
    return {key: found for key, found in objects(bucket, name).items() if key.startswith("tables/")}


def call(words: list[str], env: dict[str, str], code: int = 0) -> str:
    done = subprocess.run(words, env=env, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def wait_for_chunk(bucket, name: str) -> None:
    give_up = time.monotonic() + 300
    while not list(bucket.objects.filter(Prefix=f"{name}/.shortfall-partial/chunks/")):
        assert time.monotonic() < give_up, "no chunk came"
        time.sleep(0.005)


def test_a_run_into_a_store_leaves_the_tables_of_a_run_into_a_folder(port, bucket, expected, tmp_path):
    env = environment(port, tmp_path)
    assert "results are in s3://bucket/whole" in call(run("s3://bucket/whole"), env)
    assert tables(bucket, "whole") == expected
    found = objects(bucket, "whole")
    assert {"manifest.json", "datapackage.json", "scenario/scenario.toml"} < set(found)
    assert not [key for key in found if key.startswith(".shortfall")]
    assert not list((tmp_path / "staging").iterdir())
    assert "already done" in call(run("s3://bucket/whole"), env)
    assert "results" in call([BINARY, "status", "s3://bucket/whole"], env)
    assert "holds other results" in call(run("s3://bucket/whole", "--seed", "9"), env, 3)
    assert "results are in" in call(run("s3://bucket/whole", "--seed", "9", "--overwrite"), env)
    assert tables(bucket, "whole") != expected


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_run_that_was_killed_goes_on_here_or_on_another_machine(port, bucket, expected, tmp_path, elsewhere):
    name = f"killed-{elsewhere}"
    killed = subprocess.Popen(run(f"s3://bucket/{name}"), env=environment(port, tmp_path), stderr=subprocess.DEVNULL)
    wait_for_chunk(bucket, name)
    killed.kill()
    killed.wait()
    assert "manifest.json" not in objects(bucket, name)
    env = environment(port, tmp_path / "other" if elsewhere else tmp_path)
    assert "stopped" in call([BINARY, "status", f"s3://bucket/{name}"], env, 75)
    call(run(f"s3://bucket/{name}"), env)
    assert tables(bucket, name) == expected


def test_shards_of_two_processes_at_once_are_merged_to_the_same_tables(port, bucket, expected, tmp_path):
    env, address = environment(port, tmp_path), "s3://bucket/shards"
    both = [subprocess.Popen(run(address, "--shard", shard), env=env) for shard in ("1/2", "2/2")]
    assert [one.wait() for one in both] == [0, 0]
    assert "is done" in call(run(address, "--shard", "1/2"), env)
    assert "all chunks are done" in call([BINARY, "status", address], env, 75)
    assert "another run was begun" in call(run(address, "--seed", "9"), env, 3)
    assert "results are in" in call([BINARY, "merge", address], env)
    assert tables(bucket, "shards") == expected
    assert "already merged" in call([BINARY, "merge", address], env)


def test_a_line_that_is_cut_now_and_then_is_no_failure(port, bucket, expected, tmp_path):
    proxy = CuttingProxy(port)
    # After the first bytes of a request, in the midst of a chunk, and with an answer on its way.
    for number, after in enumerate((100, 5_000, 60_000)):
        proxy.cut(cuts=5, after=after)
        call(run(f"s3://bucket/cut-{number}"), environment(proxy.port, tmp_path))
        assert proxy.made == 5
        assert tables(bucket, f"cut-{number}") == expected
    proxy.close()


def test_a_line_that_stays_cut_ends_the_run_with_5_and_the_same_command_goes_on(port, bucket, expected, tmp_path):
    proxy = CuttingProxy(port)
    words = run("s3://bucket/dead")
    env = environment(proxy.port, tmp_path)
    going = subprocess.Popen(words, env=env, stderr=subprocess.PIPE, text=True)
    wait_for_chunk(bucket, "dead")
    proxy.cut(cuts=10**6, after=0)
    said = going.communicate()[1]
    assert going.returncode == 5 and "s3://bucket/dead/" in said, said
    assert "manifest.json" not in objects(bucket, "dead")
    proxy.cut(cuts=0, after=0)
    call(words, env)
    assert tables(bucket, "dead") == expected
    proxy.close()


@pytest.mark.parametrize(("which", "code"), [(signal.SIGTERM, 75), (signal.SIGINT, 130)])
def test_a_signal_ends_within_5_seconds_though_the_line_is_cut(port, bucket, tmp_path, which, code):
    proxy, name = CuttingProxy(port), f"signal-{code}"
    going = subprocess.Popen(run(f"s3://bucket/{name}"), env=environment(proxy.port, tmp_path), stderr=subprocess.PIPE)
    wait_for_chunk(bucket, name)
    proxy.cut(cuts=10**6, after=0)
    time.sleep(0.5)
    began = time.monotonic()
    going.send_signal(which)
    assert going.wait() == code
    assert time.monotonic() - began < 5
    assert b"the same command goes on" in going.stderr.read()
    proxy.close()


def test_what_is_wrong_is_said_with_the_address(port, bucket, tmp_path):
    env = environment(port, tmp_path)
    said = call(run("s3://nowhere/x"), env, 5)
    assert "s3://nowhere/x" in said and "no such bucket" in said
    without = {name: value for name, value in env.items() if "_KEY" not in name}
    assert "no keys: set AWS_ACCESS_KEY_ID" in call(run("s3://bucket/x"), without, 5)
    assert "holds no results" in call([BINARY, "status", "s3://bucket/x"], env, 3)
    assert "give a name in the bucket" in call(run("s3://bucket"), env, 2)
    assert "no store" in call(run("ftp://bucket/x"), env, 2)
    assert "copy the results first" in call([BINARY, "story", "s3://bucket/whole", "--run", "1"], env, 2)
    bucket.put_object(Key="foreign/letter.txt", Body=b"dear")
    assert "holds files that are not results" in call(run("s3://bucket/foreign"), env, 3)


def test_a_store_that_refuses_is_not_asked_again(tmp_path):
    asked = []

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
            self.send_response(403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    Thread(target=server.serve_forever, daemon=True).start()
    said = call(run("s3://bucket/x"), environment(server.server_port, tmp_path), 5)
    assert "s3://bucket/x" in said and "refused: these keys may not do that" in said and "AccessDenied" in said
    assert len(asked) == 1
    server.shutdown()
