package io.tinyclip.cluster.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RefusalTest {
    /** What Amazon answers where a bucket lies in another region than was asked. */
    @ParameterizedTest
    @CsvSource({
        "400, AuthorizationHeaderMalformed, <Region>eu-west-3</Region>",
        "301, PermanentRedirect, <Endpoint>pairs.s3.eu-west-3.amazonaws.com</Endpoint>",
        "301, PermanentRedirect, <Endpoint>pairs.s3-eu-west-3.amazonaws.com</Endpoint>"
    })
    void namesTheRegionWhereTheBucketLies(int status, String code, String where) {
        Place place = new Place("s3://pairs/0.tar", URI.create("http://127.0.0.1/pairs/0.tar"), Place.Key.NONE);
        String text = "<Error><Code>" + code + "</Code>" + where + "</Error>";
        assertEquals(
                "[s3://pairs/0.tar] answers with status " + status + " (" + code
                        + "): the bucket lies in [eu-west-3]; set tinyclip.storage.s3.region or AWS_REGION to that",
                Refusal.of(place, status, text).getMessage());
    }
}
