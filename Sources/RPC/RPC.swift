// Frames and messages over sockets.
