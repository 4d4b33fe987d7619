"""The same work for everyone: policies, requests, and an adapter for each evaluator that is measured beside ours."""
