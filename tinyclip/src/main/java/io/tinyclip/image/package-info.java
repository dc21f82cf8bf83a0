/**
 * From a picture's bytes to a model's input, with the bits that other libraries get. Decides how JPEG, PNG, WebP, GIF, BMP
 * and TIFF become RGB, and how pictures are resized, cropped and rounded.
 *
 * <p>Must not know tensors or models. Open {@code Preprocessing} first, then {@code ImageDecoder}. A JPEG
 * of light is decoded by libjpeg-turbo ({@code NativePicture}), WebP by libwebp ({@code WebpFrame}), all else by the JDK's
 * readers.
 */
package io.tinyclip.image;
