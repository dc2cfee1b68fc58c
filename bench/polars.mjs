// polars.mjs - runs one query in Polars: its answer is printed as CSV on
// standard output, its own seconds on standard error.
//
//     node polars.mjs [--threads N] SQL        ... from read_csv('users.csv')
//
// The streaming engine scans the file lazily. It is faster here than the other
// engine and takes less memory. The seconds are those of the query alone,
// without the start of node and the loading of Polars.
import { createRequire } from 'node:module';

const args = process.argv.slice(2);
const threads = args[0] === '--threads' ? Number(args.splice(0, 2)[1]) : 2;
if (args.length !== 1 || !Number.isInteger(threads) || threads < 1) {
    console.error('usage: polars.mjs [--threads N] SQL');
    process.exit(2);
}

process.env.POLARS_MAX_THREADS = String(threads); // read as it loads
const home = new URL('../data/cache/polars/', import.meta.url);
const polars = createRequire(home)('nodejs-polars');

const start = process.hrtime.bigint();
const answer = polars
    .SQLContext({})
    .execute(args[0], { eager: false })
    .collectSync({ engine: 'streaming' });
const seconds = Number(process.hrtime.bigint() - start) / 1e9;

process.stdout.write(answer.writeCSV());
console.error(seconds.toFixed(4));
