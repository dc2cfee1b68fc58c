// duckdb_table.mjs - loads a CSV file into a table of DuckDB and runs a query
// over the table twice.
//
//     node duckdb_table.mjs THREADS FILE.csv SQL       ... from loaded
//
// Prints as JSON the seconds of loading, of the first answer and of the second,
// and the peak resident bytes. node and DuckDB take some 90 MB of these before
// anything is loaded.
import { createRequire } from 'node:module';

const [threads, file, sql] = process.argv.slice(2);
if (!sql) {
    console.error('usage: duckdb_table.mjs THREADS FILE.csv SQL');
    process.exit(2);
}

const home = new URL('../data/cache/duckdb/', import.meta.url);
const { DuckDBInstance } = createRequire(home)('@duckdb/node-api');

const database = await DuckDBInstance.create(':memory:', { threads });
const connection = await database.connect();
const seconds = async (statement) => {
    const start = process.hrtime.bigint();
    await connection.runAndReadAll(statement);
    return Number(process.hrtime.bigint() - start) / 1e9;
};
const name = file.replaceAll("'", "''");
console.log(JSON.stringify({
    load: await seconds(`create table loaded as from read_csv('${name}')`),
    answer: await seconds(sql),
    again: await seconds(sql),
    peak: process.resourceUsage().maxRSS * 1024,
}));
