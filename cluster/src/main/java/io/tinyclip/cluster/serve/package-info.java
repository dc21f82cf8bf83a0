/**
 * A model over HTTP: embeddings of texts and pictures, and a page that searches a folder. It decides what a request may ask,
 * how much of it may wait at a time, and what a refusal says. It must not know where a model came from, nor runs and their
 * settings. Open {@link io.tinyclip.cluster.serve.Server} first, then {@link io.tinyclip.cluster.serve.Routes}.
 */
package io.tinyclip.cluster.serve;
