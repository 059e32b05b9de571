# Varnish caching answers to POST by the request's body (vmod bodyaccess, package varnish-modules).
vcl 4.1;

import std;
import bodyaccess;

backend origin {
    .host = "127.0.0.1";
    .port = "9900";
}

sub vcl_recv {
    if (req.method == "POST") {
        std.cache_req_body(512KB);
        set req.http.X-Question = "1";
        return (hash);
    }
}

sub vcl_hash {
    if (req.http.X-Question) {
        bodyaccess.hash_req_body();
    }
}

sub vcl_backend_fetch {
    if (bereq.http.X-Question) {
        set bereq.method = "POST";
    }
}

sub vcl_backend_response {
    set beresp.ttl = 10m;
    set beresp.uncacheable = false;
    return (deliver);
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
