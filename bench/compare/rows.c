#include "rows.h"

#define NO_MOST .most = -1
#define US .unit = "us", .scale = 0.001
#define NS .unit = "ns", .scale = 1
#define BYTES .unit = "bytes", .scale = 1
#define KIB .unit = "KiB", .scale = 1.0 / 1024
#define COUNT .unit = "", .scale = 1

#define POST_LIMITS .limits = {{"floor", 1.25}, {"curl", 1.0 / 3}, {"go", 1.0 / 3}}
#define LEAN_LIMIT .limits = {{"lean", 1.2}}
#define FLOOR_LIMIT .limits = {{"floor", 1.25}}

const row_spec rows[] = {
    {"post-64", "CPU per run, 64 connections", US, NO_MOST, POST_LIMITS},
    {"post-512", "CPU per run, 512 connections", US, NO_MOST, POST_LIMITS},
    {"instructions-64", "instructions per run, in user space", COUNT, .most = 12000},
    {"calls-64", "system calls per run", COUNT, .most = 2.5},
    {"allocations-64", "allocations per run", COUNT, .most = 0},
    {"stall-512", "longest turn of the loop, CPU, 512 connections", .unit = "us", .scale = 1, .most = 1000},
    {"stall-tls-200", "longest turn of the loop, CPU, 200 new TLS connections", .unit = "us", .scale = 1, .most = 1000},
    {"tls-64", "CPU per run over TLS, 64 connections", US, NO_MOST, .limits = {{"floor", 1.15}}},
    {"handshake-full", "CPU per full TLS handshake and request", US, NO_MOST, FLOOR_LIMIT},
    {"handshake-resumed", "CPU per resumed TLS handshake and request", US, .most = 250},
    {"events-bulk", "CPU per event of 88 bytes, in bulk", NS, NO_MOST, LEAN_LIMIT},
    {"events-bulk-instructions", "instructions per event, in bulk", COUNT, .most = 240},
    {"events-chunks", "CPU per event of 88 bytes, one per chunk", NS, NO_MOST, LEAN_LIMIT},
    {"events-chunks-instructions", "instructions per event, one per chunk", COUNT, .most = 480},
    {"events-1k", "CPU per event of 1 KiB", NS, NO_MOST, LEAN_LIMIT},
    {"events-64k", "CPU per event of 64 KiB", US, NO_MOST, LEAN_LIMIT},
    {"rounds-1000", "CPU per event, one per read, 1,000 streams", US, NO_MOST, .limits = {{"floor", 1.1}}},
    {"idle-stream", "heap of an idle stream", BYTES, .most = 1024},
    /* 1 KiB more than mbedTLS's own 38. */
    {"idle-stream-tls", "heap of an idle stream over TLS", BYTES, NO_MOST, .limits = {{"floor", 1.026}}},
    {"queued-call", "heap of a queued call, 200-byte request", BYTES, .most = 1024},
    {"queue-1000", "CPU per call, 1,000 queued", US, NO_MOST},
    {"queue-10000", "CPU per call, 10,000 queued", US, NO_MOST, .flat = "queue-1000", .flat_factor = 1.25},
    {"queue-100000", "CPU per call, 100,000 queued", US, NO_MOST, .flat = "queue-1000", .flat_factor = 1.25},
    {"queue-1000000", "CPU per call, 1,000,000 queued", US, NO_MOST, .flat = "queue-1000", .flat_factor = 1.25},
    {"open-1", "CPU per run, 1 connection", US, NO_MOST, FLOOR_LIMIT},
    {"open-100", "CPU per run, 100 connections", US, NO_MOST, FLOOR_LIMIT},
    {"open-1000", "CPU per run, 1,000 connections", US, NO_MOST, FLOOR_LIMIT},
    {"open-10000", "CPU per run, 10,000 connections", US, NO_MOST, FLOOR_LIMIT},
    {"json-582", "reading JSON of 582 bytes", NS, NO_MOST},
    {"json-9700", "reading JSON of 9.7 KB", NS, NO_MOST},
    {"size-library", "libweft.so, stripped", KIB, .most = 470},
    {"size-base", "code of src/base", KIB, NO_MOST},
    {"size-loop", "code of src/loop", KIB, NO_MOST},
    {"size-tls", "code of src/tls", KIB, NO_MOST},
    {"size-net", "code of src/net", KIB, NO_MOST},
    {"size-http", "code of src/http", KIB, NO_MOST},
    {"size-sse", "code of src/sse", KIB, NO_MOST},
    {"size-json", "code of src/json", KIB, NO_MOST},
    {"size-files", "code of src/files", KIB, NO_MOST},
    {"size-archive", "code of src/archive", KIB, NO_MOST},
    {"size-engine", "code of src/engine", KIB, NO_MOST},
    {"size-client", "code of src/client", KIB, NO_MOST},
    {"size-call", "code of src/call", KIB, NO_MOST},
    {"size-compose", "code of src/compose", KIB, NO_MOST},
    {"size-service", "code of src/service", KIB, NO_MOST},
};

const size_t rows_count = sizeof(rows) / sizeof(rows[0]);
