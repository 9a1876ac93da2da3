from moto.core.responses import ActionResult
from moto.elasticache.responses import ElastiCacheResponse


def apply():
    if not hasattr(ElastiCacheResponse, "describe_cache_parameter_groups"):
        ElastiCacheResponse.describe_cache_parameter_groups = lambda self: ActionResult({"CacheParameterGroups": []})
