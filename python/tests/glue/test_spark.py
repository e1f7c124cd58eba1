"""Spark: what executors ask of a data source, by hand, and a session that asks it."""

import pickle
import shutil
import sys

import millrace as mr
import pytest

pytest.importorskip("pyspark.sql.datasource")
pyarrow = pytest.importorskip("pyarrow")
from millrace.spark import Source

SEQ = mr.range(10_000).map(a="x", **{"b c": "x * 0.5"}, odd="x % 2 == 1")


def test_partitions_make_the_whole():
    source = Source({"text": str(SEQ), "partitions": "3"})
    reader = pickle.loads(pickle.dumps(source.reader(None)))
    parts = [pickle.loads(pickle.dumps(part)) for part in reader.partitions()]
    batches = [batch for part in parts for batch in reader.read(part)]
    assert len(parts) == 3 and pyarrow.Table.from_batches(batches).equals(pyarrow.table(SEQ))


def test_schemas_are_sparks():
    assert Source({"text": str(SEQ)}).schema() == (
        "`a` bigint NOT NULL, `b c` double NOT NULL, `odd` boolean NOT NULL")
    text = str(mr.range(3).map(**{"a`b": "x"}))
    assert Source({"text": text}).schema() == "`a``b` bigint NOT NULL"
    with pytest.raises(TypeError, match="no unsigned"):
        Source({"text": "range(3) | map(u32(x))"}).schema()


@pytest.fixture(scope="module")
def session():
    if not shutil.which("java"):
        pytest.skip("there is no JVM: apt install default-jre-headless")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = pytest.importorskip("pyspark.sql").SparkSession.builder.master("local[2]")
        found = builder.config("spark.ui.enabled", "false").getOrCreate()
        found.dataSource.register(Source)
        yield found
        found.stop()


@pytest.mark.parametrize("partitions", [3, 12]) # of 10 leaves
def test_a_session_reads_all_elements_once(session, partitions):
    options = {"text": str(SEQ), "partitions": partitions}
    frame = session.read.format("millrace").options(**options).load()
    assert frame.toArrow().sort_by("a").equals(pyarrow.table(SEQ))
    assert frame.where("odd").agg({"a": "sum"}).collect()[0][0] == sum(range(1, 10_000, 2))
