// The embeddable engine.
