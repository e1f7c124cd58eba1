"""The tasks by DuckDB: SQL."""
import duckdb

from sizes import DARTS, DRIFT, NORMALS, PATHS, SQUARES, STARTS, STEPS, VOLATILITY, path


def sql(query):
    return list(duckdb.sql(query).fetchall()[0])


def start():
    return sql("SELECT 0")


def squares():
    total, = sql(f"SELECT sum(x) FROM (SELECT range * range AS x FROM range({SQUARES})) "
                 "WHERE x % 7 = 2")
    return [total % 2**64]


# Box and Muller's way, for it has uniform numbers only.
NORMAL = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"


def normals():
    return sql(f"SELECT stddev_pop({NORMAL}) FROM range({NORMALS})")


def pi():
    return sql(f"SELECT 4 * avg((random() ** 2 + random() ** 2 < 1)::INT) FROM range({DARTS})")


def window():
    return sql("SELECT max(m) FROM (SELECT avg(x) OVER (ROWS 63 PRECEDING) AS m, "
               f"row_number() OVER () AS n FROM '{path('xy.parquet')}') WHERE n >= 64")


def csv():
    return sql(f"SELECT sum(price * volume) FROM '{path('trades.csv')}' WHERE day >= 100")


def dot():
    return sql(f"SELECT sum(x * y) FROM '{path('xy.parquet')}'")


def option():
    return sql(f"""
        WITH walk AS (SELECT range // {STEPS} AS path, 100 * exp(sum({DRIFT} + {VOLATILITY} * {NORMAL})
                OVER (PARTITION BY range // {STEPS} ORDER BY range)) AS price
            FROM range({PATHS * STEPS}))
        SELECT avg(greatest(m - 100, 0)) FROM (SELECT avg(price) AS m FROM walk GROUP BY path)""")


def collatz():
    return sql(f"""
        WITH RECURSIVE walk AS (SELECT range AS start, range AS n, 0 AS steps FROM range(1, {STARTS})
            UNION ALL SELECT start, if(n % 2 = 0, n // 2, 3 * n + 1), steps + 1 FROM walk WHERE n != 1)
        SELECT arg_max(start, steps) FROM walk WHERE n = 1""")


def lowest():
    return sql("SELECT min(s) FROM (SELECT sum(x) OVER (ROWS UNBOUNDED PRECEDING) AS s "
               f"FROM '{path('xy.parquet')}')")
