{{ estimate_mart() }}
