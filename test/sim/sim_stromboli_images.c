/* sim_stromboli_images.c - local images, a registry to search, and pulls that make the one the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim_stromboli.h"

enum { SEARCH_DEFAULT = 25, SEARCH_MAX = 100 };

typedef struct image_entry {
    const char *repository, *tag, *description, *tools; /* tools: separated by spaces */
    int rank;                                           /* 1 and 2 verified, 3 standard glibc, 4 incompatible */
    bool has_claude;
    int64_t size;
} image_entry;

/* In the server's order: rank, repository, tag. */
static const image_entry built_in[] = {
    {"ghcr.io/acme/stromboli-agent", "1", "Stromboli agent image", "claude git node", 1, true, 980000000},
    {"node", "22-claude", "Node.js with Claude CLI", "claude git node npm", 2, true, 1100000000},
    {"debian", "12-slim", "", "bash", 3, false, 74800000},
    {"ghcr.io/acme/tool", "1", "A tool of the house", "git", 3, false, 210000000},
    {"python", "3.12-slim", "Python development image", "python pip", 3, false, 125000000},
    {"alpine", "3.20", "Alpine Linux", "ash", 4, false, 7800000},
};

/* A pulled_image image; the texts lie behind it. */
typedef struct pulled_image {
    struct pulled_image *next;
    image_entry image;
    char text[];
} pulled_image;

struct stromboli_images {
    pulled_image *first; /* owned */
};

static const sim_member pull_members[] = {
    {"image", SIM_STRING, NULL, "Image"},
    {"platform", SIM_STRING, NULL, NULL},
    {"quiet", SIM_BOOL, NULL, NULL},
};
const sim_shape stromboli_pull_shape = SIM_SHAPE("ImagePullRequest", pull_members);

stromboli_images *stromboli_images_new(void)
{
    return calloc(1, sizeof(stromboli_images));
}

void stromboli_images_free(stromboli_images *images)
{
    if (!images)
        return;
    while (images->first) {
        pulled_image *pulled = images->first;

        images->first = pulled->next;
        free(pulled);
    }
    free(images);
}

/* "name" or "name:tag"; a colon before the last slash is a registry's port. */
static size_t repository_len(const char *name)
{
    const char *slash = strrchr(name, '/'), *colon = strrchr(name, ':');

    return colon && (!slash || colon > slash) ? (size_t)(colon - name) : strlen(name);
}

static bool is_image_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@";
    size_t len = strlen(name);

    return len > 0 && len <= 255 && strspn(name, allowed) == len && strchr("._-/:@", name[0]) == NULL &&
           name[len - 1] != ':' && name[len - 1] != '/';
}

static bool is_called(const image_entry *image, const char *name)
{
    size_t len = repository_len(name);
    const char *tag = name[len] ? name + len + 1 : "latest";

    return strlen(image->repository) == len && memcmp(image->repository, name, len) == 0 &&
           strcmp(image->tag, tag) == 0;
}

static const image_entry *find(const stromboli_images *images, const char *name)
{
    for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
        if (is_called(&built_in[i], name))
            return &built_in[i];
    for (const pulled_image *pulled = images->first; pulled; pulled = pulled->next)
        if (is_called(&pulled->image, name))
            return &pulled->image;
    return NULL;
}

/* The same name always has the same id. */
static void image_id(const char *repository, const char *tag, char ret_id[80])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    sim_random random;

    for (const char *at = repository; *at; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    for (const char *at = tag; *at; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    random.state = hash;
    memcpy(ret_id, "sha256:", 7);
    for (int i = 0; i < 4; i++)
        snprintf(ret_id + 7 + 16 * i, 17, "%016llx", (unsigned long long)sim_random_next(&random));
}

static void write_tools(weft__writer *writer, const char *tools)
{
    sim_put_name(writer, "tools");
    weft__write_array(writer);
    while (*tools) {
        size_t len = strcspn(tools, " ");

        weft__write_string(writer, tools, len);
        tools += len + (tools[len] == ' ');
    }
    weft__write_array_end(writer);
}

static void write_image(weft__writer *writer, const image_entry *image, bool detail)
{
    static const char *const ranks[] = {"", "Stromboli verified compatible", "Claude CLI pre-installed",
                                        "Standard glibc-based (compatible)", "Incompatible (Alpine/musl/distroless)"};
    char id[80];

    image_id(image->repository, image->tag, id);
    weft__write_object(writer);
    sim_put_text(writer, "id", id);
    sim_put_text(writer, "repository", image->repository);
    sim_put_text(writer, "tag", image->tag);
    sim_put_int(writer, "size", image->size);
    sim_put_text(writer, "created", "2024-01-15T10:30:00Z");
    if (detail) {
        sim_put_name(writer, "labels");
        weft__write_raw(writer, "{\"maintainer\":\"weft\"}", 21);
    }
    sim_put_int(writer, "compatibility_rank", image->rank);
    if (detail)
        sim_put_text(writer, "rank_description", ranks[image->rank]);
    sim_put_bool(writer, "compatible", image->rank < 4);
    write_tools(writer, image->tools);
    sim_put_bool(writer, "has_claude_cli", image->has_claude);
    if (image->description[0])
        sim_put_text(writer, "description", image->description);
    weft__write_object_end(writer);
}

void stromboli_list_images(sim_call *call)
{
    const stromboli *state = call->state;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "images");
    weft__write_array(&writer);
    for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
        write_image(&writer, &built_in[i], false);
    for (const pulled_image *pulled = state->images->first; pulled; pulled = pulled->next)
        write_image(&writer, &pulled->image, false);
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void stromboli_get_image(sim_call *call)
{
    const stromboli *state = call->state;
    const char *name = call->params[0].ptr;
    const image_entry *image;
    weft__writer writer;

    if (!is_image_name(name)) {
        stromboli_blame(call, 400, "validation error: invalid image name format");
        return;
    }
    image = find(state->images, name);
    if (!image) {
        stromboli_error(call, 404, "image not found");
        return;
    }
    sim_answer_begin(call, &writer);
    write_image(&writer, image, true);
    sim_answer_end(call, 200);
}

static const struct {
    const char *name, *description;
    int64_t stars;
    bool official, automated;
} registry[] = {
    {"python", "Python is an interpreted, interactive, object-oriented, open-source programming language.", 8500, true,
     false},
    {"pypy", "PyPy is a fast, compliant alternative implementation of the Python language.", 395, true, false},
    {"node", "Node.js is a JavaScript-based platform for server-side and networking applications.", 13500, true, false},
    {"debian", "Debian is a Linux distribution that is composed entirely of free software.", 5000, true, false},
    {"alpine", "A minimal Docker image based on Alpine Linux.", 11000, true, false},
    {"acme/python-tools", "Tools for Python in one image.", 12, false, true},
};

static bool holds(const char *text, const char *part)
{
    size_t len = strlen(part);

    for (; *text; text++)
        if (strncasecmp(text, part, len) == 0)
            return true;
    return false;
}

static void write_results(weft__writer *writer, const char *query, int64_t limit, bool whole)
{
    char name[96];

    sim_put_name(writer, "results");
    weft__write_array(writer);
    for (size_t i = 0; i < sizeof(registry) / sizeof(registry[0]) && limit > 0; i++) {
        if (!holds(registry[i].name, query))
            continue;
        limit--;
        snprintf(name, sizeof(name), "docker.io/%s%s", registry[i].official ? "library/" : "", registry[i].name);
        weft__write_object(writer);
        sim_put_text(writer, "index", "docker.io");
        sim_put_text(writer, "name", name);
        snprintf(name, sizeof(name), "%.40s...", registry[i].description);
        sim_put_text(writer, "description",
                     whole || strlen(registry[i].description) <= 44 ? registry[i].description : name);
        sim_put_int(writer, "stars", registry[i].stars);
        sim_put_bool(writer, "official", registry[i].official);
        sim_put_bool(writer, "automated", registry[i].automated);
        weft__write_object_end(writer);
    }
    weft__write_array_end(writer);
}

void stromboli_search_images(sim_call *call)
{
    weft_str query = sim_query(call, "q"), limit_text = sim_query(call, "limit");
    weft_str no_trunc = sim_query(call, "no_trunc");
    int64_t limit = SEARCH_DEFAULT;
    weft__writer writer;

    if (!query.ptr || query.len == 0) {
        stromboli_blame(call, 400, "query parameter 'q' is required");
        return;
    }
    if (limit_text.ptr && (!sim_number(limit_text, &limit) || limit < 1)) {
        stromboli_blame(call, 400, "invalid limit parameter");
        return;
    }
    if (!is_image_name(query.ptr)) {
        stromboli_blame(call, 400, "validation error: invalid search query format");
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    write_results(&writer, query.ptr, limit < SEARCH_MAX ? limit : SEARCH_MAX,
                  no_trunc.ptr && strcmp(no_trunc.ptr, "true") == 0);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static const image_entry *add(stromboli_images *images, const char *name)
{
    size_t len = repository_len(name);
    const char *tag = name[len] ? name + len + 1 : "latest";
    pulled_image *pulled = calloc(1, sizeof(*pulled) + len + 1 + strlen(tag) + 1), **place = &images->first;

    if (!pulled)
        return NULL;
    memcpy(pulled->text, name, len);
    strcpy(pulled->text + len + 1, tag);
    pulled->image = (image_entry){.repository = pulled->text,
                                  .tag = pulled->text + len + 1,
                                  .description = "",
                                  .tools = "",
                                  .rank = 3,
                                  .size = 100000000 + (int64_t)len};
    while (*place)
        place = &(*place)->next;
    *place = pulled;
    return &pulled->image;
}

/* Any well-formed image can be pulled, save those called "missing...". */
void stromboli_pull_image(sim_call *call)
{
    stromboli_images *images = ((stromboli *)call->state)->images;
    weft_str name = sim_json_text(&call->exchange->arena, sim_request_body(call->exchange), "image");
    const image_entry *image;
    weft__writer writer;
    char id[80];

    if (!name.ptr || !is_image_name(name.ptr)) {
        stromboli_blame(call, 400, "validation error: invalid image name format");
        return;
    }
    if (strncmp(name.ptr, "missing", 7) == 0) {
        stromboli_error(call, 500, "failed to pull image");
        return;
    }
    image = find(images, name.ptr);
    if (!image)
        image = add(images, name.ptr);
    if (!image) {
        stromboli_error(call, 500, "internal server error");
        return;
    }
    image_id(image->repository, image->tag, id);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "success", true);
    sim_put_str(&writer, "image", name);
    sim_put_text(&writer, "image_id", id);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}
