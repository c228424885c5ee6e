// RPC methods over store, truth and embedding.
