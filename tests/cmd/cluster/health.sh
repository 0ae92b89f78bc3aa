curl -s "$ENDPOINT/v3alpha/maintenance/status" -d '{}'
