#!/bin/bash
# Compares ipfix with `rg -l` on a tree of 10,000 Terraform files, 1 % of which contain a launcher, and measures its peak memory.
# Requires ripgrep, hyperfine and GNU time. Creates target/bench-tree on the first run.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
cargo build --release --quiet
tree=target/bench-tree
if [ ! -d "$tree" ]; then
  mkdir -p "$tree"
  awk -v tree="$tree" 'BEGIN {
    for (m = 0; m < 2500; m++) {
      dir = sprintf("%s/d%d/m%d", tree, m % 50, m); system("mkdir -p " dir)
      file = dir "/main.tf"
      for (b = 0; b < 6; b++)
        printf "resource \"aws_s3_bucket\" \"b%d\" {\n  bucket = \"bucket-%d-${var.env}\"\n  tags = {\n    Name = \"bucket %d\"\n  }\n}\n\n", b, b, b > file
      if (m % 25 == 0) {
        printf "resource \"aws_iam_role\" \"app\" {\n  name = \"app-%d\"\n}\n", m > (dir "/iam.tf")
        printf "resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n" > file
      } else print "locals {}" > (dir "/iam.tf")
      printf "variable \"env\" {\n  type = string\n}\n" > (dir "/variables.tf")
      printf "output \"bucket\" {\n  value = aws_s3_bucket.b1.id\n}\n" > (dir "/outputs.tf")
      close(file); close(dir "/iam.tf"); close(dir "/variables.tf"); close(dir "/outputs.tf")
    }
  }'
fi
hyperfine --warmup 2 --ignore-failure --shell=none "target/release/ipfix --check --quiet --no-ignore $tree" "rg -l --no-ignore iam_instance_profile $tree"
if [ -x /usr/bin/time ]; then
  /usr/bin/time -f 'ipfix: %M KiB at most' target/release/ipfix --check --quiet --no-ignore "$tree" > /dev/null || true
fi
