package io.holdfast.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.agent.image.ImageException.Kind;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class ManifestReaderTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final String CONFIG = config(TestLayout.CONFIG_TYPE);
    private static final String LAYER = layer(TestLayout.LAYER_TYPE, "");

    @Test
    void shouldReadAnImage() throws Exception {
        Manifest manifest = read(image(CONFIG, LAYER + "," + LAYER));

        assertThat(manifest).isInstanceOfSatisfying(Manifest.Image.class, image -> {
            assertThat(image.config().digest()).isEqualTo(DIGEST);
            assertThat(image.layers()).hasSize(2);
        });
    }

    @Test
    void shouldRefuseSchema1() {
        refused(Kind.UNSUPPORTED, "{\"schemaVersion\":1,\"fsLayers\":[]}").hasMessageContaining("manifest schema 1");
        assertThatThrownBy(() -> ManifestReader.read(new Piece(
                        "application/vnd.docker.distribution.manifest.v1+prettyjws; charset=utf-8",
                        "{}".getBytes(StandardCharsets.UTF_8))))
                .hasMessageContaining("manifest schema 1");
    }

    @Test
    void shouldRefuseWhatIsTwoThings() {
        String both = "{\"schemaVersion\":2,\"manifests\":[],\"config\":" + CONFIG + ",\"layers\":[]}";
        String lying = "{\"schemaVersion\":2,\"mediaType\":\"" + TestLayout.INDEX_TYPE + "\",\"config\":" + CONFIG
                + ",\"layers\":[]}";

        refused(Kind.CORRUPT, both).hasMessageContaining("neither clearly an index nor clearly one image");
        refused(Kind.CORRUPT, lying).hasMessageContaining("neither clearly an index nor clearly one image");
        refused(Kind.CORRUPT, "{\"schemaVersion\":2}").hasMessageContaining("neither clearly");
    }

    @Test
    void shouldRefuseForeignLayers() {
        String foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
        String elsewhere = ",\"urls\":[\"http://169.254.169.254/\"]";

        refused(Kind.UNSUPPORTED, image(CONFIG, layer(foreign, ""))).hasMessageContaining("is foreign");
        refused(Kind.UNSUPPORTED, image(CONFIG, layer(TestLayout.LAYER_TYPE, elsewhere)))
                .hasMessageContaining("is foreign");
    }

    @Test
    void shouldRefuseWhatIsNoContainerImage() {
        refused(Kind.UNSUPPORTED, image(config("application/vnd.cncf.helm.config.v1+json"), ""))
                .hasMessage("is no container image but an artifact of type application/vnd.cncf.helm.config.v1+json");
        refused(Kind.UNSUPPORTED, image(CONFIG, layer("application/vnd.in-toto+json", "")))
                .hasMessageContaining("which no root file system can be made of");
    }

    @Test
    void shouldTakeNoDigestButSha256() {
        String sha512 = LAYER.replace(DIGEST, "sha512:" + "a".repeat(128));
        String path = LAYER.replace(DIGEST, "sha256:../../../etc/passwd");

        refused(Kind.UNSUPPORTED, image(CONFIG, sha512)).hasMessageContaining("only sha256:");
        refused(Kind.UNSUPPORTED, image(CONFIG, path)).hasMessageContaining("only sha256:");
    }

    @Test
    void shouldBoundLayersAndSizes() {
        String many = (LAYER + ",").repeat(ImageLimits.MAX_LAYERS) + LAYER;

        refused(Kind.UNSUPPORTED, image(CONFIG, many)).hasMessage("its manifest: 501 layers are above 500, the most");
        refused(Kind.UNSUPPORTED, image(CONFIG, LAYER.replace("\"size\":7", "\"size\":99999999999999")))
                .hasMessageContaining("a layer: size 99999999999999 is above");
        refused(Kind.CORRUPT, image(CONFIG, LAYER.replace("\"size\":7", "\"size\":-1")))
                .hasMessage("a layer: size is no count");
    }

    @Test
    void shouldRefuseWhatIsNoProperJson() {
        refused(Kind.CORRUPT, "[]").hasMessage("its manifest: is no JSON object");
        refused(Kind.CORRUPT, "{\"schemaVersion\":2,\"schemaVersion\":2}").hasMessageContaining("not JSON");
        refused(Kind.CORRUPT, "{\"a\":".repeat(100) + "1" + "}".repeat(100)).hasMessageContaining("not JSON");
        refused(Kind.CORRUPT, "{").hasMessageContaining("not JSON");
    }

    @Test
    void shouldReadAConfigurationOfNulls() throws Exception {
        String json =
                "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":null,\"Cmd\":null,\"Labels\":null,"
                        + "\"Volumes\":null,\"User\":null},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";

        ImageConfig config =
                ImageConfigReader.read(json.getBytes(StandardCharsets.UTF_8)).config();

        assertThat(config.env()).isEmpty();
        assertThat(config.user()).isEmpty();
    }

    @Test
    void shouldRefuseZeroBytesInAConfiguration() {
        String json = "{\"config\":{\"Env\":[\"A=b\\u0000c\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";

        assertThatThrownBy(() -> ImageConfigReader.read(json.getBytes(StandardCharsets.UTF_8)))
                .hasMessage("its configuration: Env holds a zero byte");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(Kind kind, String json) {
        return assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private static Manifest read(String json) throws ImageException {
        return ManifestReader.read(new Piece("", json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String image(String config, String layers) {
        return "{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[" + layers + "]}";
    }

    private static String config(String type) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + DIGEST + "\",\"size\":7}";
    }

    private static String layer(String type, String more) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + DIGEST + "\",\"size\":7" + more + "}";
    }
}
