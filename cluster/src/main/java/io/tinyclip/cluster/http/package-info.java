/** What every server for people asks of a request, before it looks at what is wanted. Open {@link HostNames}. */
package io.tinyclip.cluster.http;
