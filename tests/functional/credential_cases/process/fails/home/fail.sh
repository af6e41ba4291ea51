echo "password=hunter2-canary" >&2
exit 3
