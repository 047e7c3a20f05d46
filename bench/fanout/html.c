#include "fanout/html.h"

void html_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

const char html_style[] =
    ":root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--text:#1b2430;--soft:#5b6675;--line:#e3e7ec;"
    "--run:#2563eb;--async:#c2700a;--stream:#0b8a7d;--other:#7048c6;--bad:#d23434;--good:#1c8a4b}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#12161c;--card:#1b212a;--text:#e7ebf0;--soft:#98a4b3;"
    "--line:#2c3540;--run:#6ea8ff;--async:#f2b04a;--stream:#3fd0bd;--other:#b497ff;--bad:#ff7b7b;--good:#"
    "5bd08b}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:1240px;padding:28px 24px;background:var(--page);color:var(--text);"
    "font:15px/1.45 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif}\n"
    "h1{font-size:24px;margin:0 0 4px;letter-spacing:-.01em}\n"
    "h2{font-size:15px;margin:0;font-weight:650}\n"
    "header p{margin:0;color:var(--soft)}\n"
    ".tiles{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0}\n"
    ".tile,figure,.card{background:var(--card);border:1px solid var(--line);border-radius:10px}\n"
    ".tile{padding:12px 14px;box-sizing:border-box;flex:1 1 max(140px,100%/var(--columns) - 12px)}\n"
    ".tile "
    "b{display:block;font-size:21px;font-weight:650;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".tile span{color:var(--soft);font-size:13px}\n"
    ".tile.good b{color:var(--good)}.tile.bad b{color:var(--bad)}\n"
    ".warning{border-left:4px solid var(--async);background:var(--card);padding:10px 14px;margin:20px 0 0;"
    "border-radius:4px}\n"
    "main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:16px}\n"
    "figure{margin:0;padding:14px 16px 8px;display:flex;flex-direction:column}\n"
    "figcaption p{margin:2px 0 0;color:var(--soft);font-size:13px}\n"
    ".legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--soft);margin:6px 0 2px;"
    "flex:1 0 auto;align-items:flex-start}\n"
    ".key{display:inline-block;width:16px;height:0;border-top:3px solid var(--c);vertical-align:middle;"
    "margin-right:6px}.key.dashed{border-top-style:dashed}\n"
    ".c-run{--c:var(--run)}.c-async{--c:var(--async)}.c-stream{--c:var(--stream)}.c-other{--c:var(--other)}"
    ".c-bad{--c:var(--bad)}\n"
    "svg{width:100%;height:auto;display:block}\n"
    "svg text{fill:var(--soft);font-size:11.5px;font-variant-numeric:tabular-nums}\n"
    ".grid{stroke:var(--line)}.axis{stroke:var(--soft)}\n"
    ".line{fill:none;stroke:var(--c);stroke-width:1.9;stroke-linejoin:round}.line.dashed{stroke-dasharray:5 "
    "4}\n"
    ".area{fill:var(--c);opacity:.16}\n"
    ".card{margin-top:16px;padding:14px 16px;overflow-x:auto}\n"
    "table{border-collapse:collapse;width:100%;margin-top:8px;font-size:14px}\n"
    "th{text-align:left;color:var(--soft);font-weight:500}\n"
    "th,td{padding:5px 12px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}\n"
    "tr:last-child td{border-bottom:0}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".facts{max-width:460px}\n"
    "code{font:13px ui-monospace,\"SF Mono\",Menlo,monospace}\n"
    ".bar{min-width:120px;width:20%}.bar i{display:block;height:10px;margin-top:5px;border-radius:3px;"
    "background:var(--bad)}\n"
    "footer{color:var(--soft);font-size:13px;margin-top:20px}\n";
