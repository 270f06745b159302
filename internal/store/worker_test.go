package store

// workerEnv makes this test binary act as another process; see runWorker.
const workerEnv = "BALLAST_STORE_WORKER"

func runWorker(string) int { return 2 }
