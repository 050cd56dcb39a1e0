// libcurl's easy interface for Swift, which cannot call C functions with a variable number of arguments.
#ifndef FLUXCORE_CCURL_H
#define FLUXCORE_CCURL_H

#include <curl/curl.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef size_t (*fx_curl_data)(char *bytes, size_t size, size_t count, void *context);
typedef int (*fx_curl_progress)(void *context, curl_off_t total, curl_off_t now, curl_off_t upload_total, curl_off_t upload_now);
typedef int (*fx_curl_debug)(CURL *handle, curl_infotype type, char *bytes, size_t size, void *context);

/// Sets up the library; once in a process, before anything else. Returns a CURLcode.
int fx_curl_start(void);

CURLcode fx_curl_set_number(CURL *handle, CURLoption option, long value);
CURLcode fx_curl_set_size(CURL *handle, CURLoption option, curl_off_t value);
/// The text is copied.
CURLcode fx_curl_set_text(CURL *handle, CURLoption option, const char *value);
/// The memory must stay; NULL takes the option back.
CURLcode fx_curl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode fx_curl_set_data(CURL *handle, CURLoption option, fx_curl_data function);
CURLcode fx_curl_set_progress(CURL *handle, fx_curl_progress function);
CURLcode fx_curl_set_debug(CURL *handle, fx_curl_debug function);
/// A mail is sent when one recipient at least is accepted. The option's name had a slip before libcurl 8.2.
CURLcode fx_curl_allow_refused_recipients(CURL *handle);
/// A number about the last transfer; 0 where there is none.
long fx_curl_get_number(CURL *handle, CURLINFO info);

#ifdef __cplusplus
}
#endif

#endif
