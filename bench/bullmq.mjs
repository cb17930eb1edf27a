// BullMQ beside Millrace's queue, on the same Redis: called by ./millrace bench queue, which reads the one line of
// JSON that this prints. One process, concurrency 64, retries configured, jobs kept after their end (BullMQ's default).
//
//   node bullmq.mjs <socket of a Redis> <jobs>
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { performance } from 'node:perf_hooks'

const [path, count] = [process.argv[2], Number(process.argv[3])]
const connection = { path, maxRetriesPerRequest: null }
const CONCURRENCY = 64
const BULK = 100
const BULKS_AT_ONCE = 8
const SINGLES_AT_ONCE = 64
const LATENCIES = 1000
const PER_SECOND = 200
const DATA = { text: 'a'.repeat(89) } // As JSON 100 bytes, like the inputs of the other side.
const OPTIONS = { attempts: 3, backoff: { type: 'exponential', delay: 1000 } }

// Calls `ask` for each of `total` portions, at most `atOnce` at a time.
async function lanes(total, atOnce, ask) {
  let next = 0
  const lane = async () => {
    while (next < total) {
      next++
      await ask()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

// What `work` did per second.
async function perSecond(times, work) {
  const start = performance.now()
  await work()
  return (times * 1000) / (performance.now() - start)
}

// Ends when `total` jobs have completed.
function completed(worker, total) {
  return new Promise((resolve) => {
    let seen = 0
    worker.on('completed', () => {
      if (++seen === total) resolve()
    })
  })
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

// Redis's processor time so far, in seconds.
async function cpuSeconds() {
  const info = await redis.info('cpu')
  const read = (field) => Number(new RegExp(`^${field}:(.*)$`, 'm').exec(info)[1])
  return read('used_cpu_user') + read('used_cpu_sys')
}

const redis = new Redis({ path })
const queue = new Queue('bench', { connection, defaultJobOptions: OPTIONS })
await queue.waitUntilReady()

const bulk = Array.from({ length: BULK }, () => ({ name: 'none', data: DATA }))
const before = await cpuSeconds()
const addBulk = await perSecond(count, () => lanes(count / BULK, BULKS_AT_ONCE, () => queue.addBulk(bulk)))

const added = await cpuSeconds()
const worker = new Worker('bench', async () => 'done', { connection, concurrency: CONCURRENCY, autorun: false })
worker.on('error', (error) => {
  console.error(error)
  process.exit(1)
})
await worker.waitUntilReady()
const drain = await perSecond(count, () => {
  const all = completed(worker, count)
  void worker.run()
  return all
})
const drained = await cpuSeconds()
await worker.pause()
const singles = Math.ceil(count / 4)
const addSingle = await perSecond(singles, () =>
  lanes(singles, SINGLES_AT_ONCE, () => queue.add('none', DATA)),
)
const rest = completed(worker, singles)
worker.resume()
await rest

// Adds at a steady rate, and how long each took until it was completed.
const starts = new Map()
const took = []
const tail = new Promise((resolve) => {
  worker.on('completed', (job) => {
    took.push(performance.now() - starts.get(job.data.number))
    if (took.length === LATENCIES) resolve()
  })
})
const begin = performance.now()
for (let number = 0; number < LATENCIES; number++) {
  const due = begin + (number * 1000) / PER_SECOND
  const pause = due - performance.now()
  if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
  starts.set(number, performance.now())
  void queue.add('none', { ...DATA, number })
}
await tail
took.sort((a, b) => a - b)

console.log(
  JSON.stringify({
    addBulk,
    addSingle,
    drain,
    addMicros: ((added - before) * 1e6) / count,
    drainMicros: ((drained - added) * 1e6) / count,
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
  }),
)
await worker.close()
await queue.close()
await redis.quit()
