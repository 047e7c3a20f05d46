#!/bin/sh
# rename.sh LLHTTP_H SOURCE... - prints the header that stands for LLHTTP_H in weft's own build: every name of llhttp's
# becomes weft__'s.
set -eu
cat "$@" | tr -c 'A-Za-z0-9_' '\n' | LC_ALL=C sort -u | sed -n 's/^llhttp_.*/#define & weft__&/p'
echo "#include \"$1\""
