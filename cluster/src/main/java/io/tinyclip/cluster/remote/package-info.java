/**
 * What lies elsewhere, over the network: HTTP, stores that speak S3, Hugging Face; of a store, also what is written there. It
 * decides how a place is asked, with which credentials, and what is asked again; models are fetched once into a cache folder. It
 * must not know what the bytes mean. Open {@link io.tinyclip.cluster.remote.RemoteStore} first; {@link
 * io.tinyclip.cluster.remote.HttpRanges} is where requests are made, {@link io.tinyclip.cluster.remote.S3Folder} where things are
 * written.
 */
package io.tinyclip.cluster.remote;
