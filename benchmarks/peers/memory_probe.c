/* How fast this machine can look things up in a hash table that does not fit its caches: the ceiling of an explorer.
 *
 *     cc -O3 -march=native -pthread -o memory_probe memory_probe.c
 *     ./memory_probe MIB THREADS MODE PROBES
 *
 * A probe touches one line of 64 bytes, a bucket of eight keys, finds its key there or inserts it. In MODE `dependent`
 * the next probe's address hangs on what this one read; in `prefetched` the lines of a group of probes are asked for
 * first, which is the most that software can do. It prints probes per second, of processor time and of wall time, in
 * millions. PROBES is for each thread.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define SLOTS 8
#define GROUP 32
#define MOST_THREADS 8
#define HUGE_PAGE (2ul << 20)

static uint64_t *table, mask;
static int dependent, shared;

struct worker { pthread_t thread; uint64_t seed, probes, inserted; double cpu; };

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static inline uint64_t mix(uint64_t x) {
  x ^= x >> 32; x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32; x *= 0xd6e8feb86659fd93u;
  return x ^ x >> 32;
}

static inline uint64_t *bucket(uint64_t hash) { return table + (hash & mask) * SLOTS; }

static inline int probe(uint64_t hash) {
  uint64_t *slots = bucket(hash), key = hash | 1;
  for (unsigned i = 0; i < SLOTS; i++) {
    uint64_t *slot = &slots[(i + (hash >> 61)) % SLOTS];
    uint64_t found = shared ? __atomic_load_n(slot, __ATOMIC_RELAXED) : *slot;
    if (found == key) return 0;
    if (found) continue;
    if (!shared) { *slot = key; return 1; }
    if (__atomic_compare_exchange_n(slot, &found, key, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return 1;
    if (found == key) return 0;
  }
  slots[hash >> 61] = key; /* a full bucket forgets one: the next line would be another probe */
  return 1;
}

static void *work(void *argument) {
  struct worker *self = argument;
  uint64_t inserted = 0, hash = mix(self->seed), group[GROUP];
  double start = seconds(CLOCK_THREAD_CPUTIME_ID);
  if (dependent)
    for (uint64_t i = 0; i < self->probes; i++) {
      inserted += probe(hash);
      hash = mix(hash + i + (*bucket(hash) & 1));
    }
  else
    for (uint64_t i = 0; i < self->probes; i += GROUP) {
      for (unsigned j = 0; j < GROUP; j++) {
        group[j] = mix(self->seed + i + j);
        __builtin_prefetch(bucket(group[j]), 1, 3);
      }
      for (unsigned j = 0; j < GROUP; j++) inserted += probe(group[j]);
    }
  self->cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
  self->inserted = inserted;
  return NULL;
}

int main(int count, char **words) {
  if (count != 5) return fprintf(stderr, "usage: memory_probe MIB THREADS dependent|prefetched PROBES\n"), 2;
  uint64_t size = strtoull(words[1], NULL, 10) << 20, probes = strtoull(words[4], NULL, 10);
  int threads = atoi(words[2]);
  dependent = !strcmp(words[3], "dependent");
  shared = threads > 1;
  if (size < HUGE_PAGE || size & (size - 1) || threads < 1 || threads > MOST_THREADS || !probes)
    return fprintf(stderr, "memory_probe: MIB is a power of two from 2, THREADS 1 to %d\n", MOST_THREADS), 2;
  char *memory = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return perror("memory_probe"), 1;
  memory = (char *)(((uintptr_t)memory + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));
  madvise(memory, size, MADV_HUGEPAGE);
  memset(memory, 0, size); /* the kernel's work, before the clock runs */
  table = (uint64_t *)memory;
  mask = size / 64 - 1;

  struct worker workers[MOST_THREADS];
  double start = seconds(CLOCK_MONOTONIC), cpu = 0;
  uint64_t inserted = 0;
  for (int i = 0; i < threads; i++) {
    workers[i].seed = 0x9e3779b97f4a7c15u * (i + 1);
    workers[i].probes = probes;
    if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) return perror("memory_probe"), 1;
  }
  for (int i = 0; i < threads; i++) {
    pthread_join(workers[i].thread, NULL);
    cpu += workers[i].cpu;
    inserted += workers[i].inserted;
  }
  double wall = seconds(CLOCK_MONOTONIC) - start, all = (double)probes * threads / 1e6;
  printf("cpu %.2f wall %.2f inserted %.2f\n", all / cpu, all / wall, inserted / 1e6 / all);
}
