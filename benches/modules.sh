#!/bin/bash
# Compares two builds of ipfix on two trees of 30,000 Terraform files in 10,000 modules, of which every fourth calls two others:
#   apart     no value crosses: launchers have profiles of their own module
#   crossing  each call hands a profile down, or a role and a profile up
# Usage: benches/modules.sh OLD [NEW [RUNS]]. NEW is the release build of this directory. The two run in turn; the ratios are NEW/OLD.
# Requires GNU time. Creates target/bench-modules on the first run.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")/..
old=$(readlink -f "${1:?usage: benches/modules.sh OLD [NEW [RUNS]]}") new=${2:-} runs=${3:-7}
if [ -n "$new" ]; then new=$(readlink -f "$new"); fi
cd "$here"
if [ -z "$new" ]; then
  cargo build --release --quiet
  new=$PWD/target/release/ipfix
fi

make_tree() { # kind
  local tree=target/bench-modules/$1
  if [ -d "$tree" ]; then return; fi
  awk -v tree="$tree.new" 'BEGIN { for (m = 0; m < 10000; m++) printf "%s/d%d/m%d\n", tree, m / 100, m }' | xargs mkdir -p
  awk -v tree="$tree.new" -v kind="$1" '
    function role(name) {
      printf "resource \"aws_iam_role\" \"%s\" {\n  name = \"%s-%d\"\n  assume_role_policy = data.aws_iam_policy_document.trust.json\n}\n\n", name, name, m > main
    }
    function profile(name) {
      printf "resource \"aws_iam_instance_profile\" \"%s\" {\n  name = \"%s-profile-%d\"\n  role = aws_iam_role.%s.name\n}\n\n", name, name, m, name > main
    }
    function instance(value) {
      printf "resource \"aws_instance\" \"web\" {\n  ami                  = var.ami\n  instance_type        = \"t3.micro\"\n  iam_instance_profile = %s\n  tags = {\n    Name = \"web %d\"\n  }\n}\n\n", value, m > main
    }
    function call(name, number, arguments) {
      printf "module \"%s\" {\n  source = \"../m%d\"\n  name   = \"%s-${var.name}\"\n%s}\n\n", name, number, name, arguments > main
    }
    BEGIN {
      for (m = 0; m < 10000; m++) {
        dir = sprintf("%s/d%d/m%d", tree, m / 100, m); main = dir "/main.tf"; variables = dir "/variables.tf"; outputs = dir "/outputs.tf"
        printf "variable \"name\" {\n  type = string\n}\n\nvariable \"ami\" {\n  type    = string\n  default = null\n}\n\nvariable \"subnets\" {\n  type    = list(string)\n  default = []\n}\n" > variables
        printf "output \"id\" {\n  value = aws_s3_bucket.b0.id\n}\n" > outputs
        for (b = 0; b < 3; b++)
          printf "resource \"aws_s3_bucket\" \"b%d\" {\n  bucket = \"${var.name}-%d-%d\"\n  tags = {\n    Name = \"bucket %d\"\n  }\n}\n\n", b, b, m, b > main
        step = m % 4; crosses = kind == "crossing"; gives = m % 8 >= 4
        if (step == 0) {
          call("web", m + 1, crosses && !gives ? "  instance_profile = aws_iam_instance_profile.app.name\n" : "")
          call("store", m + 2, "")
          printf "output \"buckets\" {\n  value = [module.web.id, module.store.id]\n}\n" > outputs
          if (crosses && gives) instance("module.web.profile_name")
          else if (m % 3 == 0 || crosses) { role("app"); profile("app"); instance("aws_iam_instance_profile.app.name") }
        } else if (step == 1) {
          if (crosses && !gives) {
            instance("var.instance_profile")
            printf "\nvariable \"instance_profile\" {\n  type = string\n}\n" > variables
          } else if (crosses || m % 3 == 0) {
            role("app"); profile("app")
            if (!crosses) instance("aws_iam_instance_profile.app.name")
            else printf "\noutput \"role_name\" {\n  value = aws_iam_role.app.name\n}\n\noutput \"profile_name\" {\n  value = aws_iam_instance_profile.app.name\n}\n" > outputs
          }
        } else if (m % 3 == 0) {
          role("lambda")
          printf "resource \"aws_lambda_function\" \"f\" {\n  function_name = var.name\n  role          = aws_iam_role.lambda.arn\n}\n\n" > main
        }
        close(main); close(variables); close(outputs)
      }
    }'
  mv "$tree.new" "$tree"
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

# Seconds on the wall, seconds of all threads, MiB at most.
run() { # binary tree
  /usr/bin/time -f '%e %U %S %M' -o target/bench-modules/time "$1" --check --quiet --no-ignore "$2" > /dev/null 2>&1 || true
  awk 'NF == 4 { print $1, $2 + $3, $4 / 1024 }' target/bench-modules/time
}

mkdir -p target/bench-modules
for kind in apart crossing; do
  make_tree "$kind"
  tree=target/bench-modules/$kind figures=target/bench-modules/$kind.figures
  run "$old" "$tree" > /dev/null
  run "$new" "$tree" > /dev/null
  for ((i = 0; i < runs; i++)); do echo "$(run "$old" "$tree") $(run "$new" "$tree")"; done > "$figures"
  echo "$kind: $(find "$tree" -name '*.tf' | wc -l) files, medians of $runs runs"
  for row in '1 wall-s' '2 cpu-s' '3 peak-MiB'; do
    column=${row% *}
    printf '  %-9s old %7.2f  new %7.2f  ratio %5.2f\n' "${row#* }" "$(cut -d' ' -f"$column" "$figures" | median)" \
      "$(cut -d' ' -f"$((column + 3))" "$figures" | median)" "$(awk -v c="$column" '{ print $(c + 3) / $c }' "$figures" | median)"
  done
done
