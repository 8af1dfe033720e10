/**
 * Where images come from: a reference becomes a digest, the manifest of this node's platform, the image's configuration and
 * its layers; each layer is read as a verified, decompressed tar stream. Nothing of a layer touches the agent's disk.
 *
 * <pre>
 *  job.Image ──► Images ──► ImageSource (registry | layout | archive)
 *                              │
 *          resolve: Pieces ──► Resolver ──► ResolvedImage (ImageConfig, LayerBlobs)
 *          open:    bytes as stored ──► VerifiedStream ──► Decompression ──► LayerStream ──► plain tar
 * </pre>
 *
 * <p>Words: an <em>index</em> lists manifests by platform; a <em>manifest</em> names one configuration and the layers; a
 * <em>descriptor</em> is a digest with its size and media type; a <em>blob</em> is a layer as it is stored, mostly
 * compressed; a <em>diffID</em> is the digest of a layer's tar when decompressed. The blob's digest is verified here, the
 * diffID by whoever unpacks.
 *
 * <p>Threads: all of it blocks and belongs on worker threads. Sources are safe for any number of them; a stream belongs to
 * one at a time. Whatever an image says is hostile until checked: every limit stands in {@link
 * io.holdfast.agent.image.ImageLimits}.
 */
package io.holdfast.agent.image;
